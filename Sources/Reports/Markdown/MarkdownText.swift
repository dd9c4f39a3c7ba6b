/// Text in GitHub Flavored Markdown: what a peer sent makes no markup, no link, no mention and no HTML.
enum MarkdownText {
    /// Text on one line of a paragraph, a list or a table.
    static func inline(_ text: String) -> String {
        let scalars = Array(text.withoutControls.unicodeScalars)
        var out = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            switch scalar {
            case "&": out.append(contentsOf: "&amp;".unicodeScalars)
            case "<": out.append(contentsOf: "&lt;".unicodeScalars)
            case ">": out.append(contentsOf: "&gt;".unicodeScalars)
            // CommonMark §2.4.
            case "_" where isInsideWord(scalars, index): out.append(scalar)
            case "\\", "`", "*", "_", "[", "]", "|", "~", "$":
                out.append("\\")
                out.append(scalar)
            // "https://" and "www." would make links of their own (GFM §6.9).
            case ":" where scalars[index...].starts(with: "://".unicodeScalars),
                "." where isBehindWWW(scalars, index):
                out.append("\\")
                out.append(scalar)
            // A comment between the sign and the name: nobody is called.
            case "@": out.append(contentsOf: "@<!-- -->".unicodeScalars)
            default: out.append(scalar)
            }
        }
        return String(out)
    }

    /// GFM makes no emphasis of an underscore between letters or digits.
    private static func isInsideWord(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        index > 0 && index + 1 < scalars.count && scalars[index - 1].properties.isAlphabetic
            && scalars[index + 1].properties.isAlphabetic
    }

    private static func isBehindWWW(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        index >= 3 && scalars[(index - 3)..<index].allSatisfy { $0 == "w" || $0 == "W" }
    }

    /// Text at the beginning of a line, where signs and numbers would begin a heading or a list.
    static func paragraph(_ text: String) -> String {
        let escaped = inline(text)
        guard let first = escaped.unicodeScalars.first else { return "" }
        switch first {
        case "+", "-", "=", "#": return "\\" + escaped
        case "0"..."9":
            let digits = escaped.prefix { $0.isASCII && $0.isNumber }
            let rest = escaped[digits.endIndex...]
            return rest.hasPrefix(".") || rest.hasPrefix(")") ? "\(digits)\\\(rest)" : escaped
        default: return escaped
        }
    }

    /// Code on one line, with a fence longer than any run of backticks in it (CommonMark §6.1).
    static func code(_ text: String) -> String {
        let plain = text.withoutControls
        let fence = String(repeating: "`", count: longestRun(of: "`", in: plain) + 1)
        let needsBlanks = plain.hasPrefix("`") || plain.hasSuffix("`") || plain.isEmpty
        return needsBlanks ? "\(fence) \(plain) \(fence)" : fence + plain + fence
    }

    /// Code in a table, where a bar ends the cell even in code (GFM §4.10).
    static func codeCell(_ text: String) -> String {
        code(text).split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }

    private static func longestRun(of character: Character, in text: String) -> Int {
        var longest = 0
        var run = 0
        for other in text {
            run = other == character ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }
}
