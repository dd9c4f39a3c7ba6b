/// How the report is written.
enum Format {
    /// For a terminal: columns and, if wanted, colours.
    case text(Style)
    /// For a page: what docs/benchmarks.md has.
    case markdown
}
