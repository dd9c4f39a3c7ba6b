/// Writes XML, an element a line, indented by two blanks.
struct XMLWriter {
    /// What has been written.
    private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

    private var depth = 0

    /// Writes an element with the elements that `body` writes; without any it is empty.
    mutating func element(
        _ name: String,
        _ attributes: [(String, String)] = [],
        _ body: (inout XMLWriter) -> Void = { _ in }
    ) {
        let head = indent + "<\(name)\(Self.joined(attributes))"
        var inner = XMLWriter()
        inner.text = ""
        inner.depth = depth + 1
        body(&inner)
        text += inner.text.isEmpty ? "\(head)/>\n" : "\(head)>\n\(inner.text)\(indent)</\(name)>\n"
    }

    /// Writes an element with text; line breaks in it stay where they are.
    mutating func element(
        _ name: String,
        _ attributes: [(String, String)] = [],
        text content: String
    ) {
        text +=
            indent + "<\(name)\(Self.joined(attributes))>\(XMLText.content(content))</\(name)>\n"
    }

    private var indent: String { String(repeating: "  ", count: depth) }

    private static func joined(_ attributes: [(String, String)]) -> String {
        attributes.map { " \($0.0)=\"\(XMLText.attribute($0.1))\"" }.joined()
    }
}
