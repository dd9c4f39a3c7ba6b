/// The forms that a report can have.
public enum ReportFormat: String, CaseIterable, Sendable {
    /// For people at a terminal.
    case text
    /// For programs: `wscap-verdict/1`, `wscap-verdicts/1`.
    case json
    /// For CI servers that read JUnit's XML.
    case junit
    /// For a step summary or a comment.
    case markdown
    /// Workflow commands of GitHub Actions, behind the text.
    case github

    /// The form that a file's name asks for by its end; `nil` when it says nothing, or not enough.
    public init?(fileName: String) {
        let end = fileName.split(separator: "/").last?.split(separator: ".").dropFirst().last
        switch end?.lowercased() {
        case "txt", "text": self = .text
        case "json": self = .json
        // Of what CI servers read by this name, JUnit's is what is meant.
        case "xml": self = .junit
        case "md", "markdown": self = .markdown
        default: return nil
        }
    }
}
