/// Compares a member's name with the tokens of JSON pointers while it passes, escapes undone.
///
/// Nothing of the name is held: only which pointers still agree, and how far.
struct MemberName {
    /// The pointers that agree with the name so far; once it is whole, with all of it.
    private(set) var candidates: PointerMatcher.Candidates
    private let depth: Int
    private var byteCount = 0
    /// The first half of a surrogate pair, waiting for the second.
    private var highSurrogate: UInt32?

    /// Begins a name at a depth, with the pointers that agree with the path to it.
    init(_ candidates: PointerMatcher.Candidates, depth: Int) {
        self.candidates = candidates
        self.depth = depth
    }

    /// Takes a byte that stands for itself.
    @inline(__always)
    mutating func take(_ byte: UInt8, matcher: PointerMatcher) {
        guard candidates != 0 else { return }
        endSurrogate(matcher)
        compare(byte, matcher)
    }

    /// Takes the character behind a backslash, `u` excepted.
    mutating func take(escape byte: UInt8, matcher: PointerMatcher) {
        let meaning: UInt8 =
            switch byte {
            case UInt8(ascii: "b"): 0x08
            case UInt8(ascii: "f"): 0x0C
            case UInt8(ascii: "n"): 0x0A
            case UInt8(ascii: "r"): 0x0D
            case UInt8(ascii: "t"): 0x09
            default: byte
            }
        take(meaning, matcher: matcher)
    }

    /// Takes the code unit of a `\u` escape (RFC 8259 §7).
    mutating func take(codeUnit: UInt32, matcher: PointerMatcher) {
        if let high = highSurrogate, (0xDC00...0xDFFF).contains(codeUnit) {
            highSurrogate = nil
            compare(scalar: 0x10000 + (high - 0xD800) << 10 + (codeUnit - 0xDC00), matcher)
            return
        }
        endSurrogate(matcher)
        if (0xD800...0xDBFF).contains(codeUnit) {
            highSurrogate = codeUnit
        } else {
            compare(scalar: codeUnit, matcher)
        }
    }

    /// Ends the name.
    mutating func end(matcher: PointerMatcher) {
        endSurrogate(matcher)
        candidates = matcher.completed(candidates, at: depth, byteCount: byteCount)
    }

    /// Half a pair is no character; no pointer can name it.
    private mutating func endSurrogate(_ matcher: PointerMatcher) {
        guard let high = highSurrogate else { return }
        highSurrogate = nil
        compare(scalar: high, matcher)
    }

    private mutating func compare(scalar: UInt32, _ matcher: PointerMatcher) {
        switch scalar {
        case ..<0x80:
            compare(UInt8(scalar), matcher)
        case ..<0x800:
            compare(0xC0 | UInt8(scalar >> 6), matcher)
            compare(0x80 | UInt8(scalar & 0x3F), matcher)
        case ..<0x10000:
            compare(0xE0 | UInt8(scalar >> 12), matcher)
            compare(0x80 | UInt8(scalar >> 6 & 0x3F), matcher)
            compare(0x80 | UInt8(scalar & 0x3F), matcher)
        default:
            compare(0xF0 | UInt8(scalar >> 18 & 0x07), matcher)
            compare(0x80 | UInt8(scalar >> 12 & 0x3F), matcher)
            compare(0x80 | UInt8(scalar >> 6 & 0x3F), matcher)
            compare(0x80 | UInt8(scalar & 0x3F), matcher)
        }
    }

    private mutating func compare(_ byte: UInt8, _ matcher: PointerMatcher) {
        candidates = matcher.narrowed(candidates, at: depth, offset: byteCount, byte: byte)
        byteCount += 1
    }
}
