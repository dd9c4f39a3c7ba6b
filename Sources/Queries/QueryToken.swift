import Vocabulary

/// One word of a query and where it stands.
struct QueryToken: Equatable {
    enum Kind: Equatable {
        /// A field, a keyword, or the name of a value.
        case word(String)
        case pointer(JSONPointer)
        case literal(QueryValue)
        case comparator(QueryComparator)
        case open
        case close
        case end
    }

    var kind: Kind
    /// In characters of the source, from 0.
    var range: Range<Int>
}

/// Cuts a query into tokens.
struct QueryLexer {
    private let source: String
    private let characters: [Character]
    private var position = 0

    init(_ source: String) {
        self.source = source
        characters = Array(source)
    }

    /// The next token.
    mutating func next() throws(QueryError) -> QueryToken {
        while let character = peek, character.isWhitespace { position += 1 }
        let start = position
        guard let character = peek else {
            return QueryToken(kind: .end, range: start..<start + 1)
        }
        let kind = try kind(beginningWith: character)
        return QueryToken(kind: kind, range: start..<position)
    }

    private var peek: Character? { position < characters.count ? characters[position] : nil }

    private mutating func kind(
        beginningWith character: Character
    ) throws(QueryError) -> QueryToken.Kind {
        switch character {
        case "(":
            position += 1
            return .open
        case ")":
            position += 1
            return .close
        case "'", "\"": return .literal(.text(try quoted(until: character)))
        case "/": return .pointer(try pointer())
        case "=", "!", "<", ">", "&", "|": return .comparator(try comparator())
        case "-", "0"..."9": return .literal(try number())
        case _ where Self.isWordCharacter(character): return .word(word())
        default:
            throw error(position..<position + 1, "'\(character)' means nothing here")
        }
    }

    private func error(_ range: Range<Int>, _ advice: String) -> QueryError {
        QueryError(source: source, range: range, advice: advice)
    }

    // MARK: - Kinds

    private mutating func comparator() throws(QueryError) -> QueryComparator {
        let start = position
        while let character = peek, "=!<>&|".contains(character) { position += 1 }
        let text = String(characters[start..<position])
        if let comparator = QueryComparator(rawValue: text) { return comparator }
        let advice =
            switch text {
            case "=": "write '==' to compare"
            case "!": "write 'not'"
            case "&", "&&": "write 'and'"
            case "|", "||": "write 'or'"
            case "<>": "write '!='"
            default: "'\(text)' is no comparison; there are == != < <= > >="
            }
        throw error(start..<position, advice)
    }

    private mutating func word() -> String {
        let start = position
        while let character = peek, Self.isWordCharacter(character) { position += 1 }
        return String(characters[start..<position])
    }

    private static func isWordCharacter(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "-"
    }

    /// Goes to the next blank, parenthesis or comparison.
    private mutating func run() -> String {
        let start = position
        while let character = peek, !character.isWhitespace, !"()=!<>".contains(character) {
            position += 1
        }
        return String(characters[start..<position])
    }

    private mutating func number() throws(QueryError) -> QueryValue {
        let start = position
        let text = run()
        if let integer = Int128(text) { return .integer(integer) }
        if Self.looksLikeTime(text) {
            guard let time = Instant(rfc3339: text) else {
                throw error(
                    start..<position,
                    "'\(text)' is no time; write it in UTC such as 2026-11-22T12:00:03.5Z"
                )
            }
            return .time(time)
        }
        let isPlain = text.allSatisfy { $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }
        guard isPlain, let real = Double(text), real.isFinite else {
            throw error(start..<position, "'\(text)' is no number; texts stand in quotes")
        }
        return .real(real)
    }

    private static func looksLikeTime(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.count > 7 && bytes[4] == UInt8(ascii: "-") && bytes[7] == UInt8(ascii: "-")
    }

    private mutating func pointer() throws(QueryError) -> JSONPointer {
        let start = position
        var text = ""
        while let character = peek, !character.isWhitespace, !"()=!<>".contains(character) {
            position += 1
            // A backslash makes the next character part of the name.
            guard character == "\\", let escaped = peek else {
                text.append(character)
                continue
            }
            text.append(escaped)
            position += 1
        }
        do throws(JSONPointer.Failure) {
            return try JSONPointer(text)
        } catch {
            throw self.error(start..<position, "'\(text)': \(error)")
        }
    }

    private mutating func quoted(until mark: Character) throws(QueryError) -> String {
        let start = position
        position += 1
        var text = ""
        while let character = peek {
            position += 1
            if character == mark { return text }
            guard character == "\\" else {
                text.append(character)
                continue
            }
            text.append(try escaped())
        }
        throw error(start..<start + 1, "the text that begins here has no closing \(mark)")
    }

    private mutating func escaped() throws(QueryError) -> Character {
        let start = position - 1
        guard let character = peek else {
            throw error(start..<start + 1, "a backslash stands before \\ ' \" n t r or u00e9")
        }
        position += 1
        switch character {
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "\\", "'", "\"": return character
        case "u":
            let digits = String(characters[position...].prefix(4))
            position += digits.count
            if digits.count == 4, let value = UInt32(digits, radix: 16),
                let scalar = Unicode.Scalar(value)
            {
                return Character(scalar)
            }
        default: break
        }
        throw error(start..<position, "a backslash stands before \\ ' \" n t r or u00e9")
    }
}
