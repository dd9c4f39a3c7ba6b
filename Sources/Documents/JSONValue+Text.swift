internal import Vocabulary

// From text and to text, and looking into it.
extension JSONValue {
    /// Reads the first value of a text.
    ///
    /// - Returns: The value.
    /// - Throws: ``DocumentError`` when it is not JSON.
    public static func read(_ text: String) throws(DocumentError) -> JSONValue {
        try JSONReader.read(Array(text.utf8))
    }

    /// As JSON, in one line.
    public var text: String {
        switch self {
        case .null: "null"
        case .bool(let isOn): String(isOn)
        case .number(let text): text
        case .string(let text): JSONText.quoted(text)
        case .array(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
        case .object(let members): JSONText.object(members.map { ($0.0, $0.1.text) })
        }
    }

    /// A member of an object; `nil` when it is not there, or this is no object.
    public subscript(name: String) -> JSONValue? { members.first { $0.0 == name }?.1 }

    /// The members of an object; none of anything else.
    public var members: [(String, JSONValue)] {
        if case .object(let members) = self { members } else { [] }
    }

    /// The elements of an array; none of anything else.
    public var elements: [JSONValue] {
        if case .array(let values) = self { values } else { [] }
    }

    /// A text as it is, anything else as JSON.
    public var plain: String {
        if case .string(let text) = self { text } else { text }
    }
}
