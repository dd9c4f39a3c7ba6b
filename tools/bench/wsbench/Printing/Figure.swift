import Foundation

/// Figures as people read them.
enum Figure {
    /// `12.3 M` or `845 k`.
    static func count(_ value: Double) -> String {
        if value >= 1e6 { return fixed(value / 1e6, 2) + " M" }
        if value >= 1e3 { return fixed(value / 1e3, 0) + " k" }
        return fixed(value, 0)
    }

    /// `2.31 ×`.
    static func ratio(_ value: Double?) -> String {
        value.map { significant($0) + " ×" } ?? "–"
    }

    /// `0.91–1.04`: from the lowest round to the highest; empty when there was only one.
    static func range(_ summary: Summary?) -> String {
        guard let summary, summary.rounds.count > 1 else { return "" }
        return significant(summary.lowest) + "–" + significant(summary.highest)
    }

    /// `1 round`, `5 rounds`.
    static func rounds(_ count: Int) -> String {
        count == 1 ? "1 round" : "\(count) rounds"
    }

    /// `41.2 µs`.
    static func microseconds(_ value: Double) -> String {
        value >= 1000 ? fixed(value / 1000, 2) + " ms" : fixed(value, 1) + " µs"
    }

    /// Of bytes a second: `1320`, `0.64`.
    static func megabytes(_ bytes: Double) -> String {
        fixed(bytes / 1e6, bytes < 1e7 ? 2 : 0)
    }

    /// `0 %`, `0.03 %`, `34 %`.
    static func percent(_ share: Double) -> String {
        if share == 0 { return "0 %" }
        return fixed(share * 100, share < 0.1 ? 2 : 0) + " %"
    }

    /// `1` or `1.1`: as few digits as it has.
    static func plain(_ value: Double) -> String {
        String(format: "%g", value)
    }

    /// `13.4 KiB`.
    static func kibibytes(_ bytes: Double) -> String {
        (bytes < 0 ? "−" : "") + fixed(abs(bytes) / 1024, 1) + " KiB"
    }

    /// `17.3 MiB`.
    static func mebibytes(_ bytes: UInt64) -> String {
        fixed(Double(bytes) / 1_048_576, 1) + " MiB"
    }

    /// `+0.1 MiB`.
    static func growth(_ bytes: Int64) -> String {
        (bytes < 0 ? "−" : "+") + mebibytes(bytes.magnitude)
    }

    /// A ratio: three digits or more, and two after the point when it is small.
    private static func significant(_ value: Double) -> String {
        fixed(value, value < 0.0095 ? 4 : value < 9.95 ? 2 : value < 99.5 ? 1 : 0)
    }

    /// A number with so many digits after the point.
    static func fixed(_ value: Double, _ digits: Int) -> String {
        String(format: "%.\(digits)f", value)
    }
}
