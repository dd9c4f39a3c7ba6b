extension Instant {
    /// Reads an RFC 3339 time in UTC (`Z`) or with an offset: `2026-11-22T12:00:03.120Z`.
    ///
    /// - Returns: `nil` when the text is no such time, or lies outside 1970 to 2554.
    public init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int64? {
            guard range.upperBound <= bytes.count else { return nil }
            var value: Int64 = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            return value
        }
        func has(_ character: Unicode.Scalar, at index: Int) -> Bool {
            index < bytes.count && bytes[index] == UInt8(ascii: character)
        }
        guard let year = number(0..<4), has("-", at: 4), let month = number(5..<7), has("-", at: 7),
            let day = number(8..<10), has("T", at: 10) || has("t", at: 10) || has(" ", at: 10),
            let hour = number(11..<13), has(":", at: 13), let minute = number(14..<16),
            has(":", at: 16), let second = number(17..<19),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        var index = 19
        var fraction: Int64 = 0
        if has(".", at: index) {
            var scale: Int64 = 100_000_000
            index += 1
            while index < bytes.count, let digit = number(index..<index + 1) {
                fraction += digit * scale
                scale /= 10
                index += 1
            }
        }
        var offset: Int64 = 0
        if has("Z", at: index) || has("z", at: index) {
            index += 1
        } else if has("+", at: index) || has("-", at: index),
            let hours = number(index + 1..<index + 3),
            has(":", at: index + 3), let minutes = number(index + 4..<index + 6)
        {
            offset = (hours * 60 + minutes) * (has("-", at: index) ? -60 : 60)
            index += 6
        } else {
            return nil
        }
        guard index == bytes.count else { return nil }
        let days = Self.daysSinceEpoch(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        guard seconds >= 0, seconds < 18_446_744_073 else { return nil }
        self.init(nanoseconds: UInt64(seconds) * 1_000_000_000 + UInt64(fraction))
    }

    /// The day number of a proleptic Gregorian date; the year is taken to begin in March.
    private static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
