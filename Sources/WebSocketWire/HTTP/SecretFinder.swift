/// Finds the values of headers that carry credentials, while a head passes byte by byte.
///
/// What it marks is blanked in captures; the lengths stay, so that every offset stays.
struct SecretFinder {
    private static let names = ["authorization", "proxy-authorization", "cookie", "set-cookie"]
        .map { Array($0.utf8) }
    private static let nameByteCountMax = 19

    private enum State {
        case name
        case blankBeforeValue
        case value(isSecret: Bool)
        case otherName
    }

    private var state = State.otherName
    private var name: [UInt8] = []
    private var wasSecret = false

    /// Begins at the start line, which holds no header.
    init() {}

    /// Whether a header line is one of those that are blanked.
    static func isSecret(name: String) -> Bool {
        names.contains(Array(name.lowercased().utf8))
    }

    /// Takes the next byte; answers whether it belongs to a secret value.
    mutating func isSecret(_ byte: UInt8) -> Bool {
        if byte == UInt8(ascii: "\n") {
            state = .name
            name.removeAll(keepingCapacity: true)
            return false
        }
        if byte == UInt8(ascii: "\r") { return false }
        switch state {
        case .name:
            takeName(byte)
            return false
        case .otherName:
            return false
        case .blankBeforeValue:
            guard byte != UInt8(ascii: " "), byte != UInt8(ascii: "\t") else { return false }
            state = .value(isSecret: wasSecret)
            return wasSecret
        case .value(let isSecret):
            return isSecret
        }
    }

    private mutating func takeName(_ byte: UInt8) {
        if name.isEmpty, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
            // RFC 9112 §5.2: a folded line belongs to the value before it.
            state = .blankBeforeValue
            return
        }
        if byte == UInt8(ascii: ":") {
            wasSecret = Self.names.contains(name)
            state = .blankBeforeValue
            return
        }
        guard name.count < Self.nameByteCountMax else {
            wasSecret = false
            state = .otherName
            return
        }
        let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        name.append(isUpper ? byte | 0x20 : byte)
    }
}
