#ifndef WSCAP_CSIMDJSON_H
#define WSCAP_CSIMDJSON_H

#include <stddef.h>
#include <stdint.h>

#include "CSimdJSONDocument.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Reads whole JSON texts and remembers some members of the object at their root.
///
/// A parser reuses its memory from text to text and must be used by one thread at a time.
typedef struct wscap_json_parser wscap_json_parser;

/// What a text is.
typedef enum {
    /// A JSON object.
    WSCAP_JSON_OBJECT = 0,
    /// Valid JSON with something else at its root.
    WSCAP_JSON_OTHER = 1,
    /// Not JSON.
    WSCAP_JSON_INVALID = 2,
    /// Deeper or larger than the parser can take: not judged.
    WSCAP_JSON_UNREADABLE = 3
} wscap_json_form;

/// What a member is.
typedef enum {
    WSCAP_JSON_ABSENT = 0,
    WSCAP_JSON_TEXT = 1,
    /// An integer from 0 to 2^64 - 1.
    WSCAP_JSON_UNSIGNED = 2,
    /// Anything else: negative and fractional numbers, true, false, null, arrays, objects.
    WSCAP_JSON_ANYTHING_ELSE = 3
} wscap_json_kind;

/// One member of the root object. `text` points into the parser and lives until its next text.
typedef struct {
    wscap_json_kind kind;
    const uint8_t *text;
    size_t text_length;
    uint64_t number;
} wscap_json_member;

/// Creates a parser that remembers the members called `names[0]` to `names[count - 1]`.
/// Returns NULL without memory.
wscap_json_parser *wscap_json_create(const char *const *names, size_t count);

/// Frees a parser; NULL is allowed.
void wscap_json_destroy(wscap_json_parser *parser);

/// Reads `count` bytes of `text` to the end: the whole text is validated, UTF-8 included.
wscap_json_form wscap_json_read(wscap_json_parser *parser, const uint8_t *text, size_t count);

/// The members found by the last call of `wscap_json_read`, in the order of the names.
/// When a name stands several times in the object, the first counts.
const wscap_json_member *wscap_json_members(const wscap_json_parser *parser);

#ifdef __cplusplus
}
#endif
#endif
