#include "CSimdJSONDocument.h"

#include <cstring>
#include <memory>
#include <new>
#include <simdjson.h>
#include <string_view>
#include <vector>

namespace ondemand = simdjson::ondemand;

namespace {

/// A text larger than this is read with memory of its own, so that one giant does not make every
/// later text carry its buffers.
constexpr size_t kept_document_bytes_max = 1 << 20;

constexpr wscap_json_value nothing{WSCAP_JSON_NOTHING, nullptr, 0, 0, 0, 0, nullptr, 0};

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && std::strchr(" \t\n\r", text.back())) text.remove_suffix(1);
    return text;
}

void put_raw(wscap_json_value &result, std::string_view raw) {
    result.raw = reinterpret_cast<const uint8_t *>(raw.data());
    result.raw_length = raw.size();
}

/// An index as RFC 6901 §4 writes it: digits without a leading zero.
bool read_index(std::string_view token, size_t &index) {
    if (token.empty() || token.size() > 9 || (token.size() > 1 && token[0] == '0')) return false;
    index = 0;
    for (char digit : token) {
        if (digit < '0' || digit > '9') return false;
        index = 10 * index + static_cast<size_t>(digit - '0');
    }
    return true;
}

struct indexed_text {
    std::vector<uint8_t> buffer;
    size_t text_bytes = 0;
    ondemand::parser parser;
    ondemand::document document;
    /// A lookup met an error: the iterator must not be used again.
    bool is_broken = false;

    bool read(const uint8_t *text, size_t count) {
        if (buffer.size() < count + simdjson::SIMDJSON_PADDING) {
            buffer.resize(2 * count + simdjson::SIMDJSON_PADDING);
        }
        if (count > 0) std::memcpy(buffer.data(), text, count);
        std::memset(buffer.data() + count, 0, simdjson::SIMDJSON_PADDING);
        text_bytes = count;
        return index();
    }

    /// Goes back to the beginning of the text.
    bool rewind() {
        // An error inside an object or array can end its iteration as if it were over.
        if (is_broken || !document.is_alive()) return index();
        document.rewind();
        return true;
    }

private:
    bool index() {
        is_broken = false;
        const auto *start = reinterpret_cast<const char *>(buffer.data());
        const size_t capacity = text_bytes + simdjson::SIMDJSON_PADDING;
        return parser.iterate(start, text_bytes, capacity).get(document) == simdjson::SUCCESS;
    }
};

/// Describes a value, or a document that is a scalar.
template <typename Value> wscap_json_value describe_scalar(Value &value, ondemand::json_type type) {
    wscap_json_value result = nothing;
    std::string_view token;
    if (simdjson::simdjson_result<std::string_view>(value.raw_json_token()).get(token)
        == simdjson::SUCCESS) {
        put_raw(result, trimmed(token));
    }
    switch (type) {
    case ondemand::json_type::string: {
        std::string_view text;
        if (value.get_string().get(text) != simdjson::SUCCESS) return nothing;
        result.type = WSCAP_JSON_STRING;
        result.text = reinterpret_cast<const uint8_t *>(text.data());
        result.text_length = text.size();
        return result;
    }
    case ondemand::json_type::number:
        if (value.get_uint64().get(result.positive) == simdjson::SUCCESS) {
            result.type = WSCAP_JSON_POSITIVE;
        } else if (value.get_int64().get(result.negative) == simdjson::SUCCESS) {
            result.type = WSCAP_JSON_NEGATIVE;
        } else if (value.get_double().get(result.real) == simdjson::SUCCESS) {
            result.type = WSCAP_JSON_REAL;
        } else {
            return nothing;
        }
        return result;
    case ondemand::json_type::boolean: {
        bool is_true = false;
        if (value.get_bool().get(is_true) != simdjson::SUCCESS) return nothing;
        result.type = is_true ? WSCAP_JSON_TRUE : WSCAP_JSON_FALSE;
        return result;
    }
    case ondemand::json_type::null: {
        if (trimmed(token) != "null") return nothing;
        result.type = WSCAP_JSON_NULL;
        return result;
    }
    default: return nothing;
    }
}

wscap_json_value describe(ondemand::value &value) {
    ondemand::json_type type;
    if (value.type().get(type) != simdjson::SUCCESS) return nothing;
    wscap_json_value result = nothing;
    std::string_view raw;
    if (type == ondemand::json_type::object) {
        ondemand::object object;
        if (value.get_object().get(object) != simdjson::SUCCESS) return nothing;
        if (object.raw_json().get(raw) != simdjson::SUCCESS) return nothing;
        result.type = WSCAP_JSON_STRUCTURE;
    } else if (type == ondemand::json_type::array) {
        ondemand::array array;
        if (value.get_array().get(array) != simdjson::SUCCESS) return nothing;
        if (array.raw_json().get(raw) != simdjson::SUCCESS) return nothing;
        result.type = WSCAP_JSON_ARRAY;
    } else {
        return describe_scalar(value, type);
    }
    put_raw(result, trimmed(raw));
    return result;
}

/// How a step went.
enum class step { found, absent, broken };

/// Goes one reference token deeper.
step descend(ondemand::value &value, std::string_view token) {
    ondemand::json_type type;
    if (value.type().get(type) != simdjson::SUCCESS) return step::broken;
    if (type == ondemand::json_type::object) {
        ondemand::object object;
        if (value.get_object().get(object) != simdjson::SUCCESS) return step::broken;
        for (auto field : object) {
            std::string_view key;
            if (field.unescaped_key().get(key) != simdjson::SUCCESS) return step::broken;
            if (key != token) continue;
            return field.value().get(value) == simdjson::SUCCESS ? step::found : step::broken;
        }
        return step::absent;
    }
    size_t index = 0;
    if (type != ondemand::json_type::array || !read_index(token, index)) return step::absent;
    ondemand::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS) return step::broken;
    switch (array.at(index).get(value)) {
    case simdjson::SUCCESS: return step::found;
    case simdjson::INDEX_OUT_OF_BOUNDS: return step::absent;
    default: return step::broken;
    }
}

} // namespace

struct wscap_json_document {
    indexed_text kept;
    std::unique_ptr<indexed_text> giant;
    bool is_readable = false;

    bool read(const uint8_t *text, size_t count) {
        is_readable = false;
        giant.reset();
        if (count > kept_document_bytes_max) giant = std::make_unique<indexed_text>();
        is_readable = current().read(text, count);
        return is_readable;
    }

    wscap_json_value find(const uint8_t *const *tokens, const size_t *lengths, size_t count) {
        if (!is_readable || !current().rewind()) return nothing;
        auto &document = current().document;
        ondemand::json_type type;
        if (document.type().get(type) != simdjson::SUCCESS) return broken();
        if (type != ondemand::json_type::object && type != ondemand::json_type::array) {
            return count == 0 ? checked(describe_scalar(document, type)) : nothing;
        }
        ondemand::value value;
        if (document.get_value().get(value) != simdjson::SUCCESS) return broken();
        for (size_t index = 0; index < count; index++) {
            std::string_view token(reinterpret_cast<const char *>(tokens[index]), lengths[index]);
            switch (descend(value, token)) {
            case step::found: break;
            case step::absent: return nothing;
            case step::broken: return broken();
            }
        }
        return checked(describe(value));
    }

private:
    wscap_json_value broken() {
        current().is_broken = true;
        return nothing;
    }

    wscap_json_value checked(wscap_json_value value) {
        if (value.type == WSCAP_JSON_NOTHING) current().is_broken = true;
        return value;
    }

    indexed_text &current() { return giant ? *giant : kept; }
};

// No exception may cross into C: running out of memory is answered, not thrown.

wscap_json_document *wscap_json_document_create(void) {
    try {
        return new wscap_json_document();
    } catch (const std::bad_alloc &) {
        return nullptr;
    }
}

void wscap_json_document_destroy(wscap_json_document *document) { delete document; }

int wscap_json_document_read(wscap_json_document *document, const uint8_t *text, size_t count) {
    try {
        return document->read(text, count) ? 1 : 0;
    } catch (const std::bad_alloc &) {
        document->is_readable = false;
        return 0;
    }
}

wscap_json_value wscap_json_document_find(
    wscap_json_document *document, const uint8_t *const *tokens, const size_t *lengths, size_t count) {
    try {
        return document->find(tokens, lengths, count);
    } catch (const std::bad_alloc &) {
        return nothing;
    }
}
