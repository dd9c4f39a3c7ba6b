#ifndef WSCAP_CSIMDJSON_DOCUMENT_H
#define WSCAP_CSIMDJSON_DOCUMENT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Reads one JSON text after another and finds values in the current one by JSON pointer (RFC 6901).
///
/// A text is indexed once, whatever the number of pointers. It is judged only as far as a lookup walks:
/// what is broken behind the value that is asked for goes unnoticed. A document reuses its memory
/// from text to text and must be used by one thread at a time.
typedef struct wscap_json_document wscap_json_document;

/// What a value is.
typedef enum {
    /// The pointer leads nowhere, or the text is broken on the way.
    WSCAP_JSON_NOTHING = 0,
    WSCAP_JSON_NULL = 1,
    WSCAP_JSON_FALSE = 2,
    WSCAP_JSON_TRUE = 3,
    WSCAP_JSON_STRING = 4,
    /// An integer from 0 to 2^64 - 1.
    WSCAP_JSON_POSITIVE = 5,
    /// An integer from -2^63 to -1.
    WSCAP_JSON_NEGATIVE = 6,
    /// A number with a fraction or an exponent, or an integer that 64 bits cannot hold.
    WSCAP_JSON_REAL = 7,
    WSCAP_JSON_ARRAY = 8,
    WSCAP_JSON_STRUCTURE = 9
} wscap_json_type;

/// A value. What it points to lives until the next call with its document.
typedef struct {
    wscap_json_type type;
    /// A string's characters, escapes undone.
    const uint8_t *text;
    size_t text_length;
    uint64_t positive;
    int64_t negative;
    double real;
    /// The value as it stands in the text.
    const uint8_t *raw;
    size_t raw_length;
} wscap_json_value;

/// Creates a document without a text. Returns NULL without memory.
wscap_json_document *wscap_json_document_create(void);

/// Frees a document; NULL is allowed.
void wscap_json_document_destroy(wscap_json_document *document);

/// Takes `count` bytes of `text`, which are copied. Returns whether they may be JSON.
int wscap_json_document_read(wscap_json_document *document, const uint8_t *text, size_t count);

/// Finds the value that the reference tokens `tokens[0]` to `tokens[count - 1]` lead to, their escapes undone
/// already; without tokens the whole text. Of members of the same name the first counts.
wscap_json_value wscap_json_document_find(
    wscap_json_document *document, const uint8_t *const *tokens, const size_t *lengths, size_t count);

#ifdef __cplusplus
}
#endif
#endif
