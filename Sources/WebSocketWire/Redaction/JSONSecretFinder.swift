public import Vocabulary

/// Finds the values at JSON pointers in a text, while it passes byte by byte.
///
/// Each byte is judged at once and for good, so that it does not matter in which pieces a text
/// comes; what is held is the kind of each open object and array, at most ``depthMax`` of them.
///
/// ```
/// pointers /api_key, /orders/1
/// {"api_key":"s3cret","orders":[17,{"limit":4}],"pin":1}
/// {"api_key":"******","orders":[17,{         }],"pin":1}
/// ```
///
/// What takes the place of a value leaves valid JSON valid: a string keeps its quotes around
/// asterisks, a number becomes `0` and blanks, `true`, `false` and `null` become `null` and blanks,
/// objects and arrays keep their brackets around blanks.
///
/// **When in doubt it blanks.** From the first byte on that strict JSON (RFC 8259) does not allow, and
/// from the container on that is nested too deep, everything to the end is unreadable: a
/// peer that reads more generously might find a secret there.
public struct JSONSecretFinder: Sendable {
    /// Where in a message JSON may begin.
    public enum Start: Sendable {
        /// With any `{` or `[`; what stands before and between JSON texts is left alone.
        ///
        /// A message that begins with `"` is a JSON string as a whole.
        case anywhere
        /// Only with the first byte that is neither blank nor byte order mark; else the whole
        /// message is left alone. Behind a JSON text further ones may begin anywhere.
        case first
    }

    /// What a byte is.
    public enum Finding: Equatable, Sendable {
        /// No secret.
        case plain
        /// Part of a secret, with what to put in its place.
        case secret(UInt8)
        /// Behind something that could not be followed.
        case unreadable
    }

    /// Objects and arrays within one another that are followed.
    public static let depthMax = 512

    private struct Level {
        var isArray: Bool
        /// Pointers that lead into this object or array.
        var candidates: PointerMatcher.Candidates
        /// The element that stands here or comes next.
        var index = 0
    }

    private enum State {
        /// Nothing came but blanks and so many bytes of a byte order mark.
        case beginning(Start, markByteCount: Int)
        /// Outside of any JSON text.
        case between
        case leftAlone
        case unreadable
        /// Before a value, or the end of an array that has none yet.
        case value(mayEnd: Bool)
        /// Before a member's name, or the end of an object that has none yet.
        case name(mayEnd: Bool)
        case insideName(Escape)
        case colon
        case insideString(Escape)
        case number
        case literal(Literal, matched: Int)
        /// Behind a value.
        case separator
        /// Behind a string that is the whole text.
        case end
    }

    private enum Escape {
        case none
        case backslash
        case digits(count: Int, value: UInt32)
    }

    private enum Literal {
        case isTrue
        case isFalse
        case isNull

        var text: StaticString {
            switch self {
            case .isTrue: "true"
            case .isFalse: "false"
            case .isNull: "null"
            }
        }
    }

    private let matcher: PointerMatcher
    private var state: State
    private var levels: [Level] = []
    private var memberName: MemberName
    /// How many levels are outside of the secret object or array that is being read.
    private var secretDepth: Int?
    /// The string, number or literal that is being read is secret.
    private var isSecretScalar = false

    /// Creates a finder that stands before a text.
    public init(_ pointers: [JSONPointer], start: Start = .anywhere) {
        matcher = PointerMatcher(pointers)
        memberName = MemberName(0, depth: 0)
        state = .beginning(start, markByteCount: 0)
    }

    /// Forgets the text and stands before the next one.
    public mutating func restart(_ start: Start) {
        state = .beginning(start, markByteCount: 0)
        levels.removeAll(keepingCapacity: true)
        secretDepth = nil
        isSecretScalar = false
    }

    /// Takes the next byte of the text.
    ///
    /// - Returns: What the byte is, whatever comes behind it.
    public mutating func take(_ byte: UInt8) -> Finding {
        switch state {
        case .insideString(let escape):
            takeString(byte, escape)
        case .insideName(let escape):
            takeName(byte, escape)
        case .leftAlone:
            .plain
        case .unreadable:
            .unreadable
        case .number:
            takeNumber(byte)
        case .literal(let literal, let matched):
            takeLiteral(byte, literal, matched)
        case .beginning(let start, let markByteCount):
            takeBeginning(byte, start, markByteCount)
        case .between:
            takeBetween(byte)
        default:
            takeStructure(byte)
        }
    }

    // MARK: - Outside of JSON

    private mutating func takeBeginning(
        _ byte: UInt8,
        _ start: Start,
        _ markByteCount: Int
    ) -> Finding {
        if Self.isBlank(byte), markByteCount == 0 || markByteCount == 3 { return .plain }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        if markByteCount < 3, byte == mark[markByteCount] {
            state = .beginning(start, markByteCount: markByteCount + 1)
            return .plain
        }
        if start == .anywhere, byte == UInt8(ascii: "\"") {
            state = .insideString(.none)
            return .plain
        }
        state = start == .anywhere ? .between : .leftAlone
        return Self.isOpening(byte) ? beginText(byte) : .plain
    }

    private mutating func takeBetween(_ byte: UInt8) -> Finding {
        Self.isOpening(byte) ? beginText(byte) : .plain
    }

    private mutating func beginText(_ byte: UInt8) -> Finding {
        open(byte, candidates: matcher.all)
        return .plain
    }

    // MARK: - Structure

    private mutating func takeStructure(_ byte: UInt8) -> Finding {
        guard !Self.isBlank(byte) else { return surroundings }
        switch (state, byte) {
        case (.value(mayEnd: true), UInt8(ascii: "]")), (.separator, UInt8(ascii: "]")):
            return close(isArray: true)
        case (.name(mayEnd: true), UInt8(ascii: "}")), (.separator, UInt8(ascii: "}")):
            return close(isArray: false)
        case (.value, _):
            return beginValue(byte)
        case (.name, UInt8(ascii: "\"")):
            memberName = MemberName(candidates, depth: levels.count - 1)
            state = .insideName(.none)
            return surroundings
        case (.colon, UInt8(ascii: ":")):
            state = .value(mayEnd: false)
            return surroundings
        case (.separator, UInt8(ascii: ",")):
            let last = levels.count - 1
            levels[last].index += 1
            state = levels[last].isArray ? .value(mayEnd: false) : .name(mayEnd: false)
            return surroundings
        default:
            return giveUp()
        }
    }

    /// The pointers that lead into the object or array that is being read.
    private var candidates: PointerMatcher.Candidates {
        secretDepth == nil ? levels[levels.count - 1].candidates : 0
    }

    /// What a byte is that belongs to no string, number or literal.
    private var surroundings: Finding {
        secretDepth == nil ? .plain : .secret(UInt8(ascii: " "))
    }

    private mutating func beginValue(_ byte: UInt8) -> Finding {
        let level = levels[levels.count - 1]
        let depth = levels.count - 1
        let reaching =
            if secretDepth != nil || level.candidates == 0 {
                PointerMatcher.Candidates(0)
            } else if level.isArray {
                matcher.indexed(level.candidates, at: depth, index: level.index)
            } else {
                memberName.candidates
            }
        let isSecret = matcher.ending(reaching, at: depth) != 0
        let around = surroundings
        switch byte {
        case UInt8(ascii: "\""):
            isSecretScalar = isSecret
            state = .insideString(.none)
            return around
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard levels.count < Self.depthMax else { return giveUp() }
            if isSecret { secretDepth = levels.count }
            open(byte, candidates: reaching)
            return around
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            isSecretScalar = isSecret
            state = .number
            return isSecret ? .secret(UInt8(ascii: "0")) : around
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            isSecretScalar = isSecret
            let isTrue = byte == UInt8(ascii: "t")
            let literal: Literal =
                isTrue ? .isTrue : byte == UInt8(ascii: "f") ? .isFalse : .isNull
            return takeLiteral(byte, literal, 0)
        default:
            return giveUp()
        }
    }

    private mutating func open(_ byte: UInt8, candidates: PointerMatcher.Candidates) {
        let isArray = byte == UInt8(ascii: "[")
        levels.append(Level(isArray: isArray, candidates: candidates))
        state = isArray ? .value(mayEnd: true) : .name(mayEnd: true)
    }

    private mutating func close(isArray: Bool) -> Finding {
        guard levels.last?.isArray == isArray else { return giveUp() }
        levels.removeLast()
        if secretDepth == levels.count { secretDepth = nil }
        state = levels.isEmpty ? .between : .separator
        return surroundings
    }

    private mutating func giveUp() -> Finding {
        state = .unreadable
        return .unreadable
    }

    // MARK: - Scalars

    private mutating func takeString(_ byte: UInt8, _ escape: Escape) -> Finding {
        if case .none = escape, byte == UInt8(ascii: "\"") {
            isSecretScalar = false
            state = levels.isEmpty ? .end : .separator
            return surroundings
        }
        guard let next = Self.following(escape, byte) else { return giveUp() }
        state = .insideString(next)
        return isSecretScalar ? .secret(UInt8(ascii: "*")) : surroundings
    }

    private mutating func takeName(_ byte: UInt8, _ escape: Escape) -> Finding {
        if case .none = escape, byte == UInt8(ascii: "\"") {
            memberName.end(matcher: matcher)
            state = .colon
            return surroundings
        }
        guard let next = Self.following(escape, byte) else { return giveUp() }
        state = .insideName(next)
        switch (escape, next) {
        case (.none, .none):
            memberName.take(byte, matcher: matcher)
        case (.backslash, .none):
            memberName.take(escape: byte, matcher: matcher)
        case (.digits(_, let value), .none):
            let unit = value << 4 | (Self.hexadecimalDigit(byte) ?? 0)
            memberName.take(codeUnit: unit, matcher: matcher)
        default:
            break
        }
        return surroundings
    }

    /// The characters of a number are not put in order: any of them goes on with it.
    private mutating func takeNumber(_ byte: UInt8) -> Finding {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "e"),
            UInt8(ascii: "E"), UInt8(ascii: "+"), UInt8(ascii: "-"):
            return isSecretScalar ? .secret(UInt8(ascii: " ")) : surroundings
        default:
            isSecretScalar = false
            state = .separator
            return takeStructure(byte)
        }
    }

    private mutating func takeLiteral(_ byte: UInt8, _ literal: Literal, _ matched: Int) -> Finding
    {
        let text = literal.text
        // Safety: a literal's text is constant, and `matched` is below its length.
        guard byte == (unsafe text.utf8Start[matched]) else { return giveUp() }
        let isWhole = matched + 1 == text.utf8CodeUnitCount
        state = isWhole ? .separator : .literal(literal, matched: matched + 1)
        guard isSecretScalar else { return surroundings }
        if isWhole { isSecretScalar = false }
        let filler: StaticString = "null "
        // Safety: the longest literal has as many bytes as the filler.
        return .secret(unsafe filler.utf8Start[matched])
    }

    /// The state of a string behind a byte; `nil` when RFC 8259 §7 does not allow the byte.
    private static func following(_ escape: Escape, _ byte: UInt8) -> Escape? {
        switch escape {
        case .none:
            if byte == UInt8(ascii: "\\") { return .backslash }
            return byte < 0x20 ? nil : Escape.none
        case .backslash:
            switch byte {
            case UInt8(ascii: "u"): return .digits(count: 0, value: 0)
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
                UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
                return Escape.none
            default: return nil
            }
        case .digits(let count, let value):
            guard let digit = hexadecimalDigit(byte) else { return nil }
            return count == 3 ? Escape.none : .digits(count: count + 1, value: value << 4 | digit)
        }
    }

    // MARK: - Bytes

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    private static func isOpening(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
