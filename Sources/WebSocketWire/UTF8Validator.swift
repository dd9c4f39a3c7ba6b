/// Checks that a run of bytes is UTF-8, however it is cut into pieces (RFC 3629, RFC 6455 §8.1).
///
/// ```
/// var validator = UTF8Validator()
/// validator.take(firstFragment)
/// validator.take(lastFragment)
/// validator.isValid && validator.isBetweenCharacters    // the whole text is well-formed
/// ```
public struct UTF8Validator: Equatable, Sendable {
    /// How many bytes of the character being read are still to come, 0 to 3.
    private var pending: UInt8 = 0
    /// The least value that the next byte of the character may have.
    private var lower: UInt8 = 0x80
    /// The greatest value that the next byte of the character may have.
    private var upper: UInt8 = 0xBF

    /// Bytes taken before the first that cannot stand where it does; `nil` while there is none.
    public private(set) var firstInvalidOffset: UInt64?

    private var taken: UInt64 = 0

    /// Creates a validator that stands before the first character.
    public init() {}

    /// Whether nothing taken so far contradicts UTF-8.
    public var isValid: Bool { firstInvalidOffset == nil }

    /// Whether the bytes taken end with a whole character: a text must end so.
    public var isBetweenCharacters: Bool { pending == 0 }

    /// Takes the next bytes of the text.
    ///
    /// - Returns: Whether the text is still valid.
    @discardableResult
    public mutating func take(_ bytes: RawSpan) -> Bool {
        guard isValid else { return false }
        var index = 0
        while index < bytes.byteCount {
            if pending == 0 {
                index = Self.endOfASCII(in: bytes, from: index)
                guard index < bytes.byteCount else { break }
            }
            guard step(bytes.byte(at: index)) else {
                firstInvalidOffset = taken + UInt64(index)
                return false
            }
            index += 1
        }
        taken += UInt64(bytes.byteCount)
        return true
    }

    /// Skips ASCII, eight bytes at a time: no byte of it has its highest bit set.
    private static func endOfASCII(in bytes: RawSpan, from start: Int) -> Int {
        var index = start
        while index + 8 <= bytes.byteCount {
            // Safety: eight bytes are inside the span, and every bit pattern is a `UInt64`.
            let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            guard word & 0x8080_8080_8080_8080 == 0 else { break }
            index += 8
        }
        while index < bytes.byteCount, bytes.byte(at: index) < 0x80 {
            index += 1
        }
        return index
    }

    /// Takes one byte as RFC 3629 §4 allows.
    ///
    /// The second byte's range is narrower after E0 (no overlong forms), ED (no surrogates), F0 (no
    /// overlong forms) and F4 (nothing above U+10FFFF).
    private mutating func step(_ byte: UInt8) -> Bool {
        if pending > 0 {
            guard lower <= byte, byte <= upper else { return false }
            pending -= 1
            lower = 0x80
            upper = 0xBF
            return true
        }
        switch byte {
        case 0x00...0x7F: break
        case 0xC2...0xDF: pending = 1
        case 0xE0...0xEF:
            pending = 2
            if byte == 0xE0 { lower = 0xA0 }
            if byte == 0xED { upper = 0x9F }
        case 0xF0...0xF4:
            pending = 3
            if byte == 0xF0 { lower = 0x90 }
            if byte == 0xF4 { upper = 0x8F }
        default: return false
        }
        return true
    }
}
