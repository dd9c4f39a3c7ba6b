extension String {
    /// The text on one line and without control characters: what a peer sent must not drive the
    /// reader's terminal.
    var printable: String {
        printable(keepingLineBreaks: false)
    }

    /// The text without control characters.
    ///
    /// - Parameter keepingLineBreaks: Whether line breaks and tabs stay; otherwise they become blanks.
    /// - Returns: The text with U+FFFD in the place of controls.
    func printable(keepingLineBreaks: Bool) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0x0A, 0x09: scalars.append(keepingLineBreaks ? scalar : " ")
            case 0x0D where !keepingLineBreaks: scalars.append(" ")
            // The separators of lines and paragraphs break lines too.
            case 0x2028, 0x2029: scalars.append(" ")
            case 0..<0x20, 0x7F...0x9F: scalars.append("\u{FFFD}")
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }

    /// The text in at most so many characters; what was cut shows as `…`.
    func shortened(to count: Int) -> String {
        guard count < .max, self.count > count else { return self }
        return String(prefix(max(0, count - 1))) + "…"
    }
}
