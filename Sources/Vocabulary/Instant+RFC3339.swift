extension Instant: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds: `2026-11-22T12:00:03.120Z`.
    public var description: String {
        rfc3339(fractionDigits: 3)
    }

    /// RFC 3339 in UTC.
    ///
    /// - Parameter fractionDigits: Digits after the second, 0 to 9; further digits are cut off.
    /// - Returns: For example `2026-11-22T12:00:03.120Z`.
    public func rfc3339(fractionDigits: Int) -> String {
        let (year, month, day) = Self.civilDate(daysSinceEpoch: Int64(seconds / 86_400))
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        return "\(date)T\(timeOfDay(fractionDigits: fractionDigits))Z"
    }

    /// The time of day in UTC: `12:00:03.120`.
    public func timeOfDay(fractionDigits: Int = 3) -> String {
        let second = seconds % 86_400
        let clock = [second / 3600, second / 60 % 60, second % 60]
            .map { padded(Int64($0), 2) }
            .joined(separator: ":")
        guard fractionDigits > 0 else { return clock }
        let fraction = padded(Int64(nanoseconds % 1_000_000_000), 9)
        return "\(clock).\(fraction.prefix(fractionDigits))"
    }

    private var seconds: UInt64 { nanoseconds / 1_000_000_000 }

    private func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// The proleptic Gregorian date of a day number: 400-year eras of 146 097 days, with the year
    /// beginning in March so that the leap day is its last.
    private static func civilDate(daysSinceEpoch: Int64) -> (year: Int64, month: Int64, day: Int64)
    {
        let shifted = daysSinceEpoch + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
