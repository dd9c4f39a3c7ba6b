/// Whether and how text is coloured; the caller knows whether a terminal reads it.
public struct Style: Equatable, Sendable {
    /// Whether to use ANSI colours.
    public var isColoured: Bool

    /// Text without colours.
    public static let plain = Style(isColoured: false)
    /// Text with ANSI colours.
    public static let coloured = Style(isColoured: true)

    /// Creates a style.
    public init(isColoured: Bool) {
        self.isColoured = isColoured
    }

    func bold(_ text: String) -> String { paint(text, "1") }
    func dim(_ text: String) -> String { paint(text, "2") }
    func red(_ text: String) -> String { paint(text, "1;31") }
    func green(_ text: String) -> String { paint(text, "1;32") }
    func yellow(_ text: String) -> String { paint(text, "1;33") }

    private func paint(_ text: String, _ code: String) -> String {
        isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

extension String {
    /// The text with blanks after it up to a width.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }

    /// The text with blanks before it up to a width.
    func aligned(to width: Int) -> String {
        String(repeating: " ", count: Swift.max(0, width - count)) + self
    }

    /// The text in lines of at most so many characters, broken at blanks.
    func wrapped(to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? word : " \(word)"
        }
        return line.isEmpty ? lines : lines + [line]
    }

    /// The text without characters that steer: what a peer sent must not drive the reader's terminal, break a
    /// line, or turn the order of what is read around.
    var withoutControls: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { $0.steers ? "\u{FFFD}" : $0 }
            )
        )
    }
}

extension Unicode.Scalar {
    /// Whether it is a control character, a separator of lines, a control of writing direction (UAX #9), or
    /// none that XML 1.0 has.
    var steers: Bool {
        switch value {
        case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029: true
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: value & 0xFFFE == 0xFFFE
        }
    }
}
