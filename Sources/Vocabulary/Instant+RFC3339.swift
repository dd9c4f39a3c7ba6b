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
        var out: [UInt8] = []
        out.reserveCapacity(32)
        out.append(decimal: UInt64(year), width: 4)
        out.append(UInt8(ascii: "-"))
        out.append(decimal: UInt64(month), width: 2)
        out.append(UInt8(ascii: "-"))
        out.append(decimal: UInt64(day), width: 2)
        out.append(UInt8(ascii: "T"))
        appendTimeOfDay(fractionDigits: fractionDigits, to: &out)
        out.append(UInt8(ascii: "Z"))
        return String(decoding: out, as: UTF8.self)
    }

    /// The time of day in UTC: `12:00:03.120`.
    public func timeOfDay(fractionDigits: Int = 3) -> String {
        var out: [UInt8] = []
        appendTimeOfDay(fractionDigits: fractionDigits, to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// Appends the time of day in UTC: `12:00:03.120`.
    public func appendTimeOfDay(fractionDigits: Int, to out: inout [UInt8]) {
        let second = seconds % 86_400
        out.append(decimal: second / 3600, width: 2)
        out.append(UInt8(ascii: ":"))
        out.append(decimal: second / 60 % 60, width: 2)
        out.append(UInt8(ascii: ":"))
        out.append(decimal: second % 60, width: 2)
        guard fractionDigits > 0 else { return }
        out.append(UInt8(ascii: "."))
        var fraction = nanoseconds % 1_000_000_000
        for _ in fractionDigits..<9 { fraction /= 10 }
        out.append(decimal: fraction, width: fractionDigits)
    }

    private var seconds: UInt64 { nanoseconds / 1_000_000_000 }

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
