/// Where a value stands in a JSON text, as `/orders/0/api_key` (RFC 6901).
///
/// Member names are compared byte by byte, as RFC 6901 §4 has it: neither case nor Unicode
/// normalisation is ignored. A token of digits is an element's index in an array and a name in an
/// object.
public struct JSONPointer: Hashable, Sendable {
    /// What is wrong with a pointer.
    public enum Failure: Error, Equatable, Sendable {
        /// It does not begin with `/`.
        case noLeadingSlash
        /// A `~` is not followed by 0 or 1.
        case badEscape
        /// It has more tokens than ``JSONPointer/tokenCountMax``.
        case tooDeep
    }

    /// The pointer as it was written; the empty one is the whole text.
    public let text: String
    /// The names and indexes from the root on, escapes undone.
    public let tokens: [String]

    /// How many tokens a pointer may have.
    public static let tokenCountMax = 64
    /// How many pointers may be followed at once.
    public static let countMax = 64

    /// Reads a pointer.
    ///
    /// - Throws: ``Failure``.
    public init(_ text: String) throws(Failure) {
        guard text.isEmpty || text.utf8.first == UInt8(ascii: "/") else { throw .noLeadingSlash }
        self.text = text
        var tokens: [[UInt8]] = []
        var isEscaped = false
        for byte in text.utf8 {
            switch (isEscaped, byte) {
            case (true, UInt8(ascii: "0")): tokens[tokens.count - 1].append(UInt8(ascii: "~"))
            case (true, UInt8(ascii: "1")): tokens[tokens.count - 1].append(UInt8(ascii: "/"))
            case (true, _): throw .badEscape
            case (false, UInt8(ascii: "/")): tokens.append([])
            case (false, UInt8(ascii: "~")): break
            case (false, _): tokens[tokens.count - 1].append(byte)
            }
            isEscaped = !isEscaped && byte == UInt8(ascii: "~")
        }
        guard !isEscaped else { throw .badEscape }
        guard tokens.count <= Self.tokenCountMax else { throw .tooDeep }
        self.tokens = tokens.map { String(decoding: $0, as: UTF8.self) }
    }
}

extension JSONPointer: CustomStringConvertible {
    /// The pointer as it is written.
    public var description: String { text }
}

extension JSONPointer.Failure: CustomStringConvertible {
    /// What a pointer must look like, as the end of a sentence.
    public var description: String {
        switch self {
        case .noLeadingSlash: "a JSON pointer begins with a slash, for example /api_key"
        case .badEscape: "in a JSON pointer '~' is written ~0 and a '/' within a name ~1"
        case .tooDeep: "a JSON pointer has at most \(JSONPointer.tokenCountMax) names"
        }
    }
}
