internal import Vocabulary

/// A JSON Schema (draft 2020-12, as OpenAPI 3.1 has it), as far as the API needs one.
indirect enum Schema: Sendable, Equatable {
    case string
    case integer
    case number
    case boolean
    /// One of these words.
    case word([String])
    case array(Schema)
    /// An object with these members.
    case object([Member], required: [String])
    /// An object whose members all have this shape.
    case map(Schema)
    /// A shape that is described once, under `components`.
    case named(String)
    /// The same, or `null`.
    case nullable(Schema)
    /// Anything.
    case any

    /// One member of an object.
    struct Member: Sendable, Equatable {
        var name: String
        var schema: Schema
        var text = ""
    }

    /// As JSON.
    var json: String { described("") }

    private func described(_ text: String) -> String {
        var members = self.members
        if !text.isEmpty { members.append(("description", JSONText.quoted(text))) }
        return JSONText.object(members)
    }

    private var members: [(String, String)] {
        switch self {
        case .string: [("type", "\"string\"")]
        case .integer: [("type", "\"integer\"")]
        case .number: [("type", "\"number\"")]
        case .boolean: [("type", "\"boolean\"")]
        case .word(let words):
            [("type", "\"string\""), ("enum", JSONText.array(words.map(JSONText.quoted)))]
        case .array(let items): [("type", "\"array\""), ("items", items.json)]
        case .map(let values): [("type", "\"object\""), ("additionalProperties", values.json)]
        case .named(let name): [("$ref", JSONText.quoted("#/components/schemas/\(name)"))]
        case .nullable(let schema):
            [("anyOf", JSONText.array([schema.json, "{\"type\":\"null\"}"]))]
        case .any: []
        case .object(let members, let required):
            [
                ("type", "\"object\""),
                (
                    "properties",
                    JSONText.object(members.map { ($0.name, $0.schema.described($0.text)) })
                ),
                ("required", JSONText.array(required.map(JSONText.quoted))),
            ].filter { $0.0 != "required" || !required.isEmpty }
        }
    }
}

extension Schema.Member {
    init(_ name: String, _ schema: Schema, _ text: String = "") {
        self.init(name: name, schema: schema, text: text)
    }
}

extension Schema {
    /// An object all of whose members are there.
    static func whole(_ members: [Member]) -> Schema {
        .object(members, required: members.map(\.name))
    }
}
