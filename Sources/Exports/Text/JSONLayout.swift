/// Lays a JSON text out anew, without touching its numbers and strings (RFC 8259).
///
/// What comes out is valid JSON: a text that is none is refused.
struct JSONLayout {
    /// How the text is laid out.
    enum Form {
        /// Without any blanks, on one line.
        case compact
        /// One member a line, two blanks for each level.
        case pretty
    }

    private enum Expected {
        case value
        case elementOrEnd
        case key
        case keyOrEnd
        case colon
        case commaOrEnd
        case end
    }

    /// Deeper texts are refused.
    static let depthMax = 512

    private let bytes: [UInt8]
    private let form: Form
    private let ink: Ink
    private var position = 0
    private var open: [UInt8] = []
    private var expected = Expected.value
    private var out = ""

    /// Lays out a text that is UTF-8.
    ///
    /// - Parameters:
    ///   - bytes: The text.
    ///   - form: How.
    ///   - ink: Paints names and values.
    /// - Returns: `nil` when the text is no JSON, or deeper than ``depthMax``.
    static func lay(_ bytes: [UInt8], _ form: Form, ink: Ink = .plain) -> String? {
        var layout = JSONLayout(bytes: bytes, form: form, ink: ink)
        return layout.run() ? layout.out : nil
    }

    private init(bytes: [UInt8], form: Form, ink: Ink) {
        self.bytes = bytes
        self.form = form
        self.ink = ink
        out.reserveCapacity(bytes.count)
    }

    private mutating func run() -> Bool {
        while position < bytes.count {
            let byte = bytes[position]
            if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
                position += 1
            } else if !take(byte) {
                return false
            }
        }
        return expected == .end
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        switch (byte, expected) {
        case (UInt8(ascii: "{"), .value), (UInt8(ascii: "["), .value),
            (UInt8(ascii: "{"), .elementOrEnd), (UInt8(ascii: "["), .elementOrEnd):
            return begin(byte)
        case (UInt8(ascii: "}"), .keyOrEnd), (UInt8(ascii: "]"), .elementOrEnd),
            (UInt8(ascii: "}"), .commaOrEnd), (UInt8(ascii: "]"), .commaOrEnd):
            return end(byte)
        case (UInt8(ascii: ","), .commaOrEnd):
            position += 1
            out += ","
            breakLine()
            expected = open.last == UInt8(ascii: "{") ? .key : .value
            return true
        case (UInt8(ascii: ":"), .colon):
            position += 1
            out += form == .pretty ? ": " : ":"
            expected = .value
            return true
        case (UInt8(ascii: "\""), .key), (UInt8(ascii: "\""), .keyOrEnd):
            if expected == .keyOrEnd { breakLine() }
            guard let text = string() else { return false }
            out += ink.name(text)
            expected = .colon
            return true
        case (_, .value), (_, .elementOrEnd):
            if expected == .elementOrEnd { breakLine() }
            guard let text = byte == UInt8(ascii: "\"") ? string() : word() else { return false }
            out += byte == UInt8(ascii: "\"") ? ink.text(text) : ink.value(text)
            closeValue()
            return true
        default:
            return false
        }
    }

    private mutating func begin(_ byte: UInt8) -> Bool {
        guard open.count < Self.depthMax else { return false }
        if expected == .elementOrEnd { breakLine() }
        position += 1
        open.append(byte)
        out += byte == UInt8(ascii: "{") ? "{" : "["
        expected = byte == UInt8(ascii: "{") ? .keyOrEnd : .elementOrEnd
        return true
    }

    private mutating func end(_ byte: UInt8) -> Bool {
        // In ASCII a closing bracket stands two behind its opening one.
        guard open.last == byte - 2 else { return false }
        let isEmpty = expected != .commaOrEnd
        open.removeLast()
        position += 1
        if !isEmpty { breakLine() }
        out += byte == UInt8(ascii: "}") ? "}" : "]"
        closeValue()
        return true
    }

    private mutating func closeValue() {
        expected = open.isEmpty ? .end : .commaOrEnd
    }

    private mutating func breakLine() {
        guard form == .pretty else { return }
        out += "\n" + String(repeating: "  ", count: open.count)
    }

    /// A string with its quotation marks (RFC 8259 §7).
    private mutating func string() -> String? {
        let start = position
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") {
                return String(decoding: bytes[start..<position], as: UTF8.self)
            }
            guard byte >= 0x20 else { return nil }
            if byte == UInt8(ascii: "\\"), !escape() { return nil }
        }
        return nil
    }

    private mutating func escape() -> Bool {
        guard position < bytes.count else { return false }
        let byte = bytes[position]
        position += 1
        guard byte == UInt8(ascii: "u") else { return "\"\\/bfnrt".utf8.contains(byte) }
        let digits = bytes[position...].prefix(4)
        position += digits.count
        return digits.count == 4 && digits.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
    }

    /// A number, true, false or null.
    private mutating func word() -> String? {
        let start = position
        while position < bytes.count, Self.isWordByte(bytes[position]) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        return ["true", "false", "null"].contains(text) || Self.isNumber(text) ? text : nil
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || byte == UInt8(ascii: "E") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: ".")
    }

    /// RFC 8259 §6: `-`, an integer without leading zero, fraction, exponent.
    private static func isNumber(_ text: String) -> Bool {
        var rest = Substring(text)
        func digits() -> Int {
            let run = rest.prefix { ("0"..."9").contains($0) }
            rest = rest.dropFirst(run.count)
            return run.count
        }
        if rest.hasPrefix("-") { rest = rest.dropFirst() }
        let leadsWithZero = rest.hasPrefix("0")
        let count = digits()
        guard count > 0, !leadsWithZero || count == 1 else { return false }
        if rest.hasPrefix(".") {
            rest = rest.dropFirst()
            guard digits() > 0 else { return false }
        }
        if rest.hasPrefix("e") || rest.hasPrefix("E") {
            rest = rest.dropFirst()
            if rest.hasPrefix("+") || rest.hasPrefix("-") { rest = rest.dropFirst() }
            guard digits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}
