import Vocabulary
import WebSocketWire

/// A message of which only the beginning arrived before its connection ended.
struct CutMessage: Equatable {
    /// How much of the beginning is held to recognise the message by.
    static let prefixBytesMax = 4096

    /// Where it stands; `end` is where its bytes stop.
    var place: MessagePlace
    /// The beginning of its payload.
    var prefix: [UInt8]
    /// The length that its head announced, when it is a single uncompressed frame.
    var announcedByteCount: UInt64?

    /// Whether a later message can be this one, sent again.
    func isBeginning(of payload: RawSpan) -> Bool {
        if let announcedByteCount, announcedByteCount != UInt64(payload.byteCount) { return false }
        guard prefix.count <= payload.byteCount else { return false }
        // Without a single byte of it, or its length, any message would do: that is no evidence.
        guard !prefix.isEmpty || announcedByteCount != nil else { return false }
        return prefix.indices.allSatisfy { prefix[$0] == payload.byte(at: $0) }
    }

    /// The beginning of a JSON object up to its last whole member, closed: enough to read the members
    /// that did arrive.
    ///
    /// - Returns: `nil` when no member is whole.
    static func closedObject(_ prefix: [UInt8]) -> [UInt8]? {
        var depth = 0
        var isInText = false
        var isEscaped = false
        var lastComma: Int?
        for (index, byte) in prefix.enumerated() {
            if isInText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInText = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ",") where depth == 1: lastComma = index
            default: break
            }
        }
        guard let lastComma else { return nil }
        return prefix[..<lastComma] + [UInt8(ascii: "}")]
    }
}
