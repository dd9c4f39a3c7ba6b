/// JSON without a parser: enough to write lines that others read.
public enum JSONText {
    /// A string with its quotation marks (RFC 8259 §7).
    public static func quoted(_ text: String) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count + 2)
        out.append(UInt8(ascii: "\""))
        // Bytes of characters beyond ASCII are all above 0x7F and stay as they are.
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): out.append(contentsOf: "\\\"".utf8)
            case UInt8(ascii: "\\"): out.append(contentsOf: "\\\\".utf8)
            case 0x0A: out.append(contentsOf: "\\n".utf8)
            case 0x0D: out.append(contentsOf: "\\r".utf8)
            case 0x09: out.append(contentsOf: "\\t".utf8)
            case 0..<0x20: out.append(contentsOf: "\\u00\([byte].hexadecimal)".utf8)
            default: out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
        return String(decoding: out, as: UTF8.self)
    }

    /// An array of values that are JSON already.
    public static func array(_ values: [String]) -> String {
        "[\(values.joined(separator: ","))]"
    }

    /// An object of members whose values are JSON already.
    public static func object(_ members: [(String, String)]) -> String {
        var out = "{"
        for (index, member) in members.enumerated() {
            if index > 0 { out += "," }
            out += quoted(member.0)
            out += ":"
            out += member.1
        }
        return out + "}"
    }
}
