#define _GNU_SOURCE
#include "CRegex.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>

struct wscap_regex {
    regex_t compiled;
};

wscap_regex *wscap_regex_create(const char *pattern, char *message, size_t message_size) {
    wscap_regex *regex = malloc(sizeof *regex);
    if (regex == NULL) {
        snprintf(message, message_size, "there is no memory for it");
        return NULL;
    }
    int status = regcomp(&regex->compiled, pattern, REG_EXTENDED | REG_NOSUB);
    if (status == 0) return regex;
    regerror(status, &regex->compiled, message, message_size);
    free(regex);
    return NULL;
}

int wscap_regex_matches(const wscap_regex *regex, const char *bytes, size_t length) {
    // With REG_STARTEND zero bytes are bytes like others, and nothing has to be copied.
    regmatch_t range = {.rm_so = 0, .rm_eo = (regoff_t)length};
    return regexec(&regex->compiled, bytes, 1, &range, REG_STARTEND) == 0;
}

void wscap_regex_destroy(wscap_regex *regex) {
    if (regex == NULL) return;
    regfree(&regex->compiled);
    free(regex);
}
