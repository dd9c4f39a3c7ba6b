/// A JSON pointer: the way to one value in a JSON text (RFC 6901).
///
/// `/data/price` is the member `price` of the member `data`; `/levels/0` the first element of an array.
/// The empty pointer is the whole text.
public struct JSONPointer: Hashable, Sendable {
    /// What makes a text no pointer.
    public enum Malformation: Error, Equatable, Sendable {
        /// It does not begin with a slash.
        case noSlash
        /// A tilde at this character, from 0, is followed by neither 0 nor 1.
        case tilde(at: Int)

        /// What is wrong and how to write it.
        public var advice: String {
            switch self {
            case .noSlash: "a JSON pointer begins with '/', such as /data/price"
            case .tilde: "in a JSON pointer '~' is written ~0, and a '/' in a name ~1"
            }
        }
    }

    /// The pointer as it was written.
    public let text: String
    /// Its reference tokens, escapes undone.
    public let tokens: [String]

    /// Reads a pointer.
    ///
    /// - Throws: ``Malformation`` for what RFC 6901 §3 does not allow.
    public init(_ text: String) throws(Malformation) {
        guard text.isEmpty || text.hasPrefix("/") else { throw .noSlash }
        var tokens: [String] = []
        var escape = false
        for (index, character) in text.unicodeScalars.enumerated() {
            if escape {
                // RFC 6901 §4: ~1 is a slash, ~0 a tilde.
                guard character == "0" || character == "1" else { throw .tilde(at: index - 1) }
                tokens[tokens.count - 1].unicodeScalars.append(character == "0" ? "~" : "/")
                escape = false
            } else if character == "/" {
                tokens.append("")
            } else if character == "~" {
                escape = true
            } else {
                tokens[tokens.count - 1].unicodeScalars.append(character)
            }
        }
        guard !escape else { throw .tilde(at: text.unicodeScalars.count - 1) }
        self.text = text
        self.tokens = tokens
    }
}

extension JSONPointer: CustomStringConvertible {
    /// The pointer as it was written.
    public var description: String { text }
}
