import Glibc

/// Colours, or their absence.
struct Style {
    var isColoured: Bool

    /// Colour on a terminal unless the person asked for none (https://no-color.org).
    static func forStandardOutput() -> Style {
        let noColor = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        let isDumb = getenv("TERM").map { String(cString: $0) == "dumb" } ?? false
        return Style(isColoured: isatty(STDOUT_FILENO) == 1 && !noColor && !isDumb)
    }

    func bold(_ text: String) -> String { painted(text, "1") }
    func dim(_ text: String) -> String { painted(text, "2") }
    func good(_ text: String) -> String { painted(text, "32") }
    func bad(_ text: String) -> String { painted(text, "31") }
    func warning(_ text: String) -> String { painted(text, "33") }

    private func painted(_ text: String, _ code: String) -> String {
        isColoured && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
