extension Duration {
    /// A number of milliseconds from outside; negative ones are none, and a year is as good as for ever.
    static func clamped(milliseconds: Int64) -> Duration {
        .milliseconds(min(max(milliseconds, 0), 31_536_000_000))
    }
}
