/// Text in XML 1.0.
enum XMLText {
    /// Text between tags.
    ///
    /// Characters that XML does not have, and those that steer, are replaced; line breaks and tabs stay.
    static func content(_ text: String) -> String { escaped(text, inAttribute: false) }

    /// The value of an attribute, without its quotation marks.
    static func attribute(_ text: String) -> String { escaped(text, inAttribute: true) }

    private static func escaped(_ text: String, inAttribute: Bool) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out.append(contentsOf: "&amp;".unicodeScalars)
            case "<": out.append(contentsOf: "&lt;".unicodeScalars)
            // Also in text: XML 1.0 §2.4 forbids "]]>" there.
            case ">": out.append(contentsOf: "&gt;".unicodeScalars)
            case "\"" where inAttribute: out.append(contentsOf: "&quot;".unicodeScalars)
            case "\n", "\t":
                // §3.3.3: a parser would make a blank of it.
                guard inAttribute else {
                    out.append(scalar)
                    continue
                }
                out.append(contentsOf: "&#\(scalar.value);".unicodeScalars)
            default: out.append(scalar.steers ? "\u{FFFD}" : scalar)
            }
        }
        return String(out)
    }
}
