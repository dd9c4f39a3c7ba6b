internal import CRegex

/// A POSIX extended regular expression, found anywhere in a payload's bytes.
///
/// The C library matches without backtracking, so that no pattern can hold up traffic; what would make it
/// backtrack or grow is refused: back-references, and repetitions that multiply beyond a thousand.
final class RegularExpression: Equatable, Sendable {
    /// Bytes of a pattern.
    static let patternByteCountMax = 256
    /// How often a part may be repeated by numbers in braces, one within another multiplied.
    static let repetitionMax = 1000
    /// Bytes of a payload that are looked at.
    static let payloadByteCountMax = 1 << 20

    let pattern: String
    // Safety: the expression is made once, never changed, and given back in `deinit`; the C library allows
    // several threads to match with it.
    private nonisolated(unsafe) let compiled: OpaquePointer

    init(_ pattern: String) throws(FaultFlaw) {
        self.pattern = pattern
        guard pattern.utf8.count <= Self.patternByteCountMax else {
            throw FaultFlaw("match_regex is longer than \(Self.patternByteCountMax) bytes")
        }
        guard !pattern.utf8.contains(0) else {
            throw FaultFlaw("match_regex has a zero byte, which ends a pattern")
        }
        guard !Self.hasBackReference(pattern) else {
            throw FaultFlaw(
                "match_regex refers back to a group (\\1 to \\9), which could take for ever"
            )
        }
        guard Self.repetition(in: pattern) <= Self.repetitionMax else {
            throw FaultFlaw("match_regex repeats more than \(Self.repetitionMax) times in braces")
        }
        var message = [CChar](repeating: 0, count: 200)
        let room = message.count
        let made = message.withUnsafeMutableBufferPointer {
            wscap_regex_create(pattern, $0.baseAddress, room)
        }
        guard let made else {
            let reason = String(
                decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
                as: UTF8.self
            )
            throw FaultFlaw("match_regex is '\(pattern)': \(reason.lowercased())")
        }
        compiled = made
    }

    deinit {
        wscap_regex_destroy(compiled)
    }

    /// Whether the pattern is found in the first bytes of a payload.
    func matches(_ payload: [UInt8]) -> Bool {
        let count = min(payload.count, Self.payloadByteCountMax)
        // One byte more, so that there is memory to point to even when there are none.
        let bytes = payload.isEmpty ? [0] : payload
        return bytes.withUnsafeBytes {
            wscap_regex_matches(compiled, $0.bindMemory(to: CChar.self).baseAddress, count) != 0
        }
    }

    static func == (left: RegularExpression, right: RegularExpression) -> Bool {
        left.pattern == right.pattern
    }

    private static func hasBackReference(_ pattern: String) -> Bool {
        var isEscaped = false
        for byte in pattern.utf8 {
            if isEscaped, (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(byte) { return true }
            isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
        }
        return false
    }

    /// The product of all numbers in braces: more than what is really repeated, never less.
    private static func repetition(in pattern: String) -> Int {
        var product = 1
        for piece in pattern.split(separator: "{").dropFirst() {
            let numbers = piece.prefix { $0 != "}" }.split(separator: ",").compactMap { Int($0) }
            let (next, overflow) = product.multipliedReportingOverflow(
                by: max(numbers.max() ?? 1, 1)
            )
            if overflow { return .max }
            product = next
        }
        return product
    }
}
