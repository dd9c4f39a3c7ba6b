#include "CSimdJSON.h"

#include <array>
#include <cstring>
#include <memory>
#include <new>
#include <simdjson.h>
#include <string>
#include <string_view>
#include <vector>

namespace dom = simdjson::dom;

namespace {

/// A text larger than this is read with memory of its own, so that one giant does not make every
/// later text carry its buffers.
constexpr size_t kept_text_bytes_max = 1 << 20;

/// Members whose names are longer than this are never looked for.
constexpr size_t name_bytes_max = 31;

struct name {
    std::string text;
    size_t index;
};

/// Input with the readable padding that simdjson demands after it.
class padded_text {
public:
    const uint8_t *assign(const uint8_t *text, size_t count) {
        if (buffer.size() < count + simdjson::SIMDJSON_PADDING) {
            buffer.resize(2 * count + simdjson::SIMDJSON_PADDING);
        }
        if (count > 0) std::memcpy(buffer.data(), text, count);
        std::memset(buffer.data() + count, 0, simdjson::SIMDJSON_PADDING);
        return buffer.data();
    }

private:
    std::vector<uint8_t> buffer;
};

struct reader {
    padded_text input;
    dom::parser parser;
};

} // namespace

struct wscap_json_parser {
    /// The looked-for names by their length: most members of a text are told apart by that alone.
    std::array<std::vector<name>, name_bytes_max + 1> names_by_length;
    std::vector<wscap_json_member> members;
    reader kept;
    std::unique_ptr<reader> giant;

    wscap_json_form read(const uint8_t *text, size_t count) {
        giant.reset();
        if (count <= kept_text_bytes_max) return read(text, count, kept);
        giant = std::make_unique<reader>();
        return read(text, count, *giant);
    }

private:
    wscap_json_form read(const uint8_t *text, size_t count, reader &reader) {
        for (auto &member : members) member.kind = WSCAP_JSON_ABSENT;
        const uint8_t *padded = reader.input.assign(text, count);
        dom::element root;
        switch (reader.parser.parse(padded, count, false).get(root)) {
        case simdjson::SUCCESS: break;
        case simdjson::CAPACITY:
        case simdjson::MEMALLOC:
        case simdjson::DEPTH_ERROR: return WSCAP_JSON_UNREADABLE;
        default: return WSCAP_JSON_INVALID;
        }
        dom::object object;
        if (root.get(object) != simdjson::SUCCESS) return WSCAP_JSON_OTHER;
        for (dom::key_value_pair pair : object) remember(pair.key, pair.value);
        return WSCAP_JSON_OBJECT;
    }

    void remember(std::string_view key, dom::element value) {
        if (key.size() > name_bytes_max) return;
        for (const auto &name : names_by_length[key.size()]) {
            if (std::memcmp(name.text.data(), key.data(), key.size()) != 0) continue;
            if (members[name.index].kind == WSCAP_JSON_ABSENT) members[name.index] = member(value);
            return;
        }
    }

    static wscap_json_member member(dom::element value) {
        wscap_json_member result{WSCAP_JSON_ANYTHING_ELSE, nullptr, 0, 0};
        std::string_view text;
        if (value.is_string() && value.get(text) == simdjson::SUCCESS) {
            result.kind = WSCAP_JSON_TEXT;
            result.text = reinterpret_cast<const uint8_t *>(text.data());
            result.text_length = text.size();
        } else if (value.is_number() && value.get(result.number) == simdjson::SUCCESS) {
            result.kind = WSCAP_JSON_UNSIGNED;
        }
        return result;
    }
};

// No exception may cross into C: running out of memory is answered, not thrown.

wscap_json_parser *wscap_json_create(const char *const *names, size_t count) {
    try {
        auto parser = std::make_unique<wscap_json_parser>();
        parser->members.resize(count);
        for (size_t index = 0; index < count; index++) {
            std::string text = names[index];
            if (text.size() > name_bytes_max) continue;
            parser->names_by_length[text.size()].push_back({text, index});
        }
        return parser.release();
    } catch (const std::bad_alloc &) {
        return nullptr;
    }
}

void wscap_json_destroy(wscap_json_parser *parser) { delete parser; }

wscap_json_form wscap_json_read(wscap_json_parser *parser, const uint8_t *text, size_t count) {
    try {
        return parser->read(text, count);
    } catch (const std::bad_alloc &) {
        for (auto &member : parser->members) member.kind = WSCAP_JSON_ABSENT;
        return WSCAP_JSON_UNREADABLE;
    }
}

const wscap_json_member *wscap_json_members(const wscap_json_parser *parser) {
    return parser->members.data();
}
