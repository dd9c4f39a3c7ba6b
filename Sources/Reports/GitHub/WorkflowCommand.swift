/// A workflow command of GitHub Actions that makes an annotation: `::error title=…::…`.
struct WorkflowCommand: Equatable {
    /// How loud it is.
    enum Level: String {
        case error
        case warning
        case notice
    }

    var level: Level
    var title: String
    var message: String

    /// How many characters a message may have.
    static let messageMax = 2000
    /// How many characters a title may have.
    static let titleMax = 200

    /// The line that the runner reads, without its line break.
    var line: String {
        let title = Self.property(title.withoutControls.limited(to: Self.titleMax))
        let message = Self.data(message.limited(to: Self.messageMax))
        return "::\(level.rawValue) title=\(title)::\(message)"
    }

    /// What stands behind the second pair of colons; the runner undoes this.
    private static func data(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { Self.replaced(String($0).withoutControls, ["%": "%25"]) }
            .joined(separator: "%0A")
    }

    /// A property's value, in which colons and commas have a meaning.
    private static func property(_ text: String) -> String {
        replaced(text, ["%": "%25", ":": "%3A", ",": "%2C"])
    }

    private static func replaced(_ text: String, _ table: [Unicode.Scalar: String]) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let code = table[scalar] {
                out.append(contentsOf: code.unicodeScalars)
            } else {
                out.append(scalar)
            }
        }
        return String(out)
    }
}
