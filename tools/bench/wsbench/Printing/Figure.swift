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
        value.map { fixed($0, 2) + " ×" } ?? "–"
    }

    /// `0.91–1.04`: from the lowest round to the highest; empty when there was only one.
    static func range(_ summary: Summary?) -> String {
        guard let summary, summary.rounds.count > 1 else { return "" }
        return fixed(summary.lowest, 2) + "–" + fixed(summary.highest, 2)
    }

    /// `1 round`, `5 rounds`.
    static func rounds(_ count: Int) -> String {
        count == 1 ? "1 round" : "\(count) rounds"
    }

    /// `41.2 µs`.
    static func microseconds(_ value: Double) -> String {
        value >= 1000 ? fixed(value / 1000, 2) + " ms" : fixed(value, 1) + " µs"
    }

    /// `17.3 MiB`.
    static func mebibytes(_ bytes: UInt64) -> String {
        fixed(Double(bytes) / 1_048_576, 1) + " MiB"
    }

    /// `+0.1 MiB`.
    static func growth(_ bytes: Int64) -> String {
        (bytes < 0 ? "−" : "+") + mebibytes(bytes.magnitude)
    }

    /// A number with so many digits after the point.
    static func fixed(_ value: Double, _ digits: Int) -> String {
        String(format: "%.\(digits)f", value)
    }
}
