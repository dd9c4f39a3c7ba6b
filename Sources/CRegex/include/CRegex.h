#ifndef WSCAP_CREGEX_H
#define WSCAP_CREGEX_H

#include <stddef.h>

/// A compiled POSIX extended regular expression.
typedef struct wscap_regex wscap_regex;

/// Compiles a pattern.
///
/// @param pattern the pattern, ended by a zero byte.
/// @param message gets the reason, ended by a zero byte, when there is no result.
/// @param message_size how many bytes `message` has.
/// @return the expression, to be given back with wscap_regex_destroy; NULL when the pattern is none.
wscap_regex *wscap_regex_create(const char *pattern, char *message, size_t message_size);

/// Whether the expression is found in some bytes; any thread may ask.
int wscap_regex_matches(const wscap_regex *regex, const char *bytes, size_t length);

/// Gives an expression back; NULL is allowed.
void wscap_regex_destroy(wscap_regex *regex);

#endif
