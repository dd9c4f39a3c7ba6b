/// The extensions that a server accepted, read from `Sec-WebSocket-Extensions` (RFC 6455 §9.1).
public struct ExtensionAgreement: Equatable, Sendable {
    /// One parameter of an extension, as written.
    public struct Parameter: Equatable, Sendable {
        /// The name, lower-cased.
        public var name: String
        /// The value without quotes; `nil` when there is none.
        public var value: String?
    }

    /// Compression of messages, when it was agreed.
    public var deflate: DeflateParameters?
    /// Names of further extensions: what they do to reserved bits and payloads is not known here.
    public var others: [String]
    /// What is wrong with the header, one sentence each.
    public var problems: [String]
    /// Whether the handshake was seen; if not, anything may have been agreed on.
    public var isKnown = true

    /// What was agreed on before anybody looked.
    public static let unknown: ExtensionAgreement = {
        var agreement = ExtensionAgreement.none
        agreement.isKnown = false
        return agreement
    }()

    /// No extension at all.
    public static let none = ExtensionAgreement(deflate: nil, others: [], problems: [])

    /// Creates an agreement from its parts.
    public init(deflate: DeflateParameters?, others: [String] = [], problems: [String] = []) {
        self.deflate = deflate
        self.others = others
        self.problems = problems
    }

    /// Reads the value of the response's header; several header lines are joined by commas.
    ///
    /// What cannot be understood becomes one of ``problems``; nothing is thrown, because the peers
    /// may well have gone on.
    public init(response value: String) {
        self = .none
        for element in Self.split(value, at: ",") where !element.isEmpty {
            let words = Self.split(element, at: ";")
            guard let name = words.first, !name.isEmpty else {
                problems.append("An extension has no name in '\(value)'.")
                continue
            }
            add(name: name.lowercased(), parameters: words.dropFirst().map(Self.parameter))
        }
    }

    private mutating func add(name: String, parameters: [Parameter]) {
        guard name == DeflateParameters.extensionName else {
            others.append(name)
            return
        }
        guard deflate == nil else {
            problems.append("The server accepted permessage-deflate twice.")
            return
        }
        do {
            deflate = try DeflateParameters(parameters)
        } catch {
            problems.append(error.description)
            // The peers agreed on compression somehow: read it by the defaults rather than not.
            deflate = DeflateParameters()
        }
    }

    private static func parameter(_ text: String) -> Parameter {
        guard let equals = text.firstIndex(of: "=") else {
            return Parameter(name: text.lowercased(), value: nil)
        }
        var value = trimmed(text[text.index(after: equals)...])
        if value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") {
            value = String(value.dropFirst().dropLast())
        }
        return Parameter(name: trimmed(text[..<equals]).lowercased(), value: value)
    }

    /// Splits at a separator that stands outside quotes, and trims the pieces.
    private static func split(_ text: String, at separator: Character) -> [String] {
        var pieces: [String] = []
        var piece = ""
        var isQuoted = false
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if character == separator, !isQuoted {
                pieces.append(trimmed(piece[...]))
                piece = ""
            } else {
                piece.append(character)
            }
        }
        pieces.append(trimmed(piece[...]))
        return pieces
    }

    private static func trimmed(_ text: Substring) -> String {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        let start = text.drop(while: isBlank)
        guard let last = start.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(start[...last])
    }
}
