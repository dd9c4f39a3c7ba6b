/// Reads the first JSON value of a text (RFC 8259); what stands behind it is ignored.
public struct JSONReader {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    /// Reads the first value.
    ///
    /// - Throws: ``DocumentError``, at an offset in bytes.
    public static func read(_ bytes: [UInt8]) throws(DocumentError) -> JSONValue {
        var reader = JSONReader(bytes: bytes)
        reader.skipSpace()
        guard reader.peek != nil else { throw DocumentError("EOF") }
        return try reader.value()
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    private var unexpected: DocumentError {
        guard let byte = peek else { return DocumentError("unexpected EOF") }
        let shown =
            byte >= 0x20 && byte < 0x7F
            ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
        return DocumentError("invalid character \(shown) at offset \(position)")
    }

    private mutating func value() throws(DocumentError) -> JSONValue {
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return try nested(JSONReader.object)
        case UInt8(ascii: "["): return try nested(JSONReader.array)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case .some(let byte) where byte == UInt8(ascii: "-") || isDigit(byte):
            return try number()
        default: throw unexpected
        }
    }

    private mutating func nested(
        _ read: (inout JSONReader) throws(DocumentError) -> JSONValue
    ) throws(DocumentError) -> JSONValue {
        guard depth < Document.depthMax else {
            throw DocumentError("more than \(Document.depthMax) levels")
        }
        depth += 1
        position += 1
        let value = try read(&self)
        depth -= 1
        return value
    }

    private static func object(_ reader: inout JSONReader) throws(DocumentError) -> JSONValue {
        var members: [(String, JSONValue)] = []
        reader.skipSpace()
        if reader.take("}") { return .object([]) }
        while true {
            reader.skipSpace()
            guard reader.peek == UInt8(ascii: "\"") else { throw reader.unexpected }
            let name = try reader.string()
            reader.skipSpace()
            guard reader.take(":") else { throw reader.unexpected }
            members.append((name, try reader.value()))
            reader.skipSpace()
            if reader.take("}") { return .object(members) }
            guard reader.take(",") else { throw reader.unexpected }
        }
    }

    private static func array(_ reader: inout JSONReader) throws(DocumentError) -> JSONValue {
        var values: [JSONValue] = []
        reader.skipSpace()
        if reader.take("]") { return .array([]) }
        while true {
            values.append(try reader.value())
            reader.skipSpace()
            if reader.take("]") { return .array(values) }
            guard reader.take(",") else { throw reader.unexpected }
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let byte = peek, UInt32(byte) == character.value else { return false }
        position += 1
        return true
    }

    private mutating func word(
        _ word: String,
        _ value: JSONValue
    ) throws(DocumentError) -> JSONValue {
        for byte in word.utf8 {
            guard peek == byte else { throw unexpected }
            position += 1
        }
        return value
    }

    // MARK: Numbers

    private mutating func number() throws(DocumentError) -> JSONValue {
        let start = position
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func digits() throws(DocumentError) {
        guard let first = peek, isDigit(first) else { throw unexpected }
        while let byte = peek, isDigit(byte) { position += 1 }
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    // MARK: Strings

    private mutating func string() throws(DocumentError) -> String {
        position += 1
        var out: [UInt8] = []
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                // Bytes that are not UTF-8 become U+FFFD.
                return String(decoding: out, as: UTF8.self)
            case UInt8(ascii: "\\"):
                position += 1
                try escape(into: &out)
            case 0..<0x20:
                throw unexpected
            default:
                out.append(byte)
                position += 1
            }
        }
        throw unexpected
    }

    private mutating func escape(into out: inout [UInt8]) throws(DocumentError) {
        guard let byte = peek else { throw unexpected }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "u"):
            position += 1
            return try unicode(into: &out)
        default: throw unexpected
        }
        position += 1
    }

    private mutating func unicode(into out: inout [UInt8]) throws(DocumentError) {
        var unit = try hexadecimal()
        if (0xD800..<0xDC00).contains(unit), peek == UInt8(ascii: "\\"),
            position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "u")
        {
            let mark = position
            position += 2
            let low = try hexadecimal()
            if (0xDC00..<0xE000).contains(low) {
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            } else {
                position = mark
            }
        }
        let scalar = Unicode.Scalar(unit) ?? "\u{FFFD}"
        out.append(contentsOf: String(Character(scalar)).utf8)
    }

    private mutating func hexadecimal() throws(DocumentError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw unexpected
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
