/// A JSON value to be written; the members of an object keep their order.
package enum JSONValue: Hashable, Sendable {
    /// A member of an object.
    package struct Member: Hashable, Sendable {
        /// The member's name.
        package var name: String
        /// The member's value.
        package var value: JSONValue
    }

    /// A string.
    case string(String)
    /// A whole number.
    case integer(UInt64)
    /// A decimal number.
    case decimal(FixedPoint)
    /// `true` or `false`.
    case flag(Bool)
    /// An object.
    case object([Member])

    /// The value as compact JSON text (RFC 8259) on one line.
    package var text: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self {
        case .string(let string): Self.write(quoted: string, to: &text)
        case .integer(let number): text += String(number)
        case .decimal(let number): text += number.description
        case .flag(let flag): text += flag ? "true" : "false"
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += "," }
                Self.write(quoted: member.name, to: &text)
                text += ":"
                member.value.write(to: &text)
            }
            text += "}"
        }
    }

    private static func write(quoted string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            // RFC 8259 §7: control characters must be escaped.
            case "\u{0}"..."\u{1F}":
                let code = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - code.count) + code
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
    /// Creates an object from a literal, in the literal's order.
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member(name: $0.0, value: $0.1) })
    }
}

extension JSONValue: ExpressibleByStringLiteral {
    /// Creates a string from a literal.
    package init(stringLiteral value: String) {
        self = .string(value)
    }
}
