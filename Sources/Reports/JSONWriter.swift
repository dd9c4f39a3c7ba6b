import Vocabulary

/// Writes JSON: keys in the order of being written, two spaces of indentation, text escaped as
/// RFC 8259 §7 demands and no further.
public struct JSONWriter {
    /// What has been written.
    public private(set) var text = ""

    private var depth = 0
    private var isFirst = true
    private let isIndented: Bool

    /// Creates a writer.
    ///
    /// - Parameter isIndented: Whether each member stands on a line of its own.
    public init(isIndented: Bool = true) {
        self.isIndented = isIndented
    }

    // MARK: - Containers

    /// Writes an object as the next value.
    public mutating func object(_ body: (inout JSONWriter) -> Void) {
        container("{", "}", body)
    }

    /// Writes an array as the next value.
    public mutating func array(_ body: (inout JSONWriter) -> Void) {
        container("[", "]", body)
    }

    /// Writes an array with one element for each item.
    public mutating func array<Items: Sequence>(
        _ items: Items,
        _ body: (inout JSONWriter, Items.Element) -> Void
    ) {
        array { writer in
            for item in items {
                writer.beginElement()
                body(&writer, item)
            }
        }
    }

    private mutating func container(
        _ open: String,
        _ close: String,
        _ body: (inout JSONWriter) -> Void
    ) {
        text += open
        depth += 1
        isFirst = true
        body(&self)
        depth -= 1
        if !isFirst { breakLine() }
        isFirst = false
        text += close
    }

    // MARK: - Members

    /// Writes a member whose value `body` writes.
    public mutating func member(_ key: String, _ body: (inout JSONWriter) -> Void) {
        beginElement()
        string(key)
        text += isIndented ? ": " : ":"
        body(&self)
    }

    /// Writes a member with a text.
    public mutating func member(_ key: String, _ value: String) {
        member(key) { $0.string(value) }
    }

    /// Writes a member with a number.
    public mutating func member(_ key: String, _ value: UInt64) {
        member(key) { $0.number(value) }
    }

    /// Writes a member that is true or false.
    public mutating func member(_ key: String, _ value: Bool) {
        member(key) { $0.text += value ? "true" : "false" }
    }

    /// Writes a member with a text, or null.
    public mutating func member(_ key: String, _ value: String?) {
        member(key) { writer in
            guard let value else { return writer.null() }
            writer.string(value)
        }
    }

    /// Writes a member with a number of at most six decimals; what JSON has no number for is null.
    public mutating func member(_ key: String, _ value: Double) {
        member(key) { $0.text += Figures.decimal(value, digits: 6) ?? "null" }
    }

    // MARK: - Values

    /// Writes a number as the next value.
    public mutating func number(_ value: UInt64) {
        text += String(value)
    }

    /// Writes null as the next value.
    public mutating func null() {
        text += "null"
    }

    /// Writes a text as the next value.
    public mutating func string(_ value: String) {
        text += JSONText.quoted(value)
    }

    private mutating func beginElement() {
        if !isFirst { text += "," }
        isFirst = false
        breakLine()
    }

    private mutating func breakLine() {
        guard isIndented else { return }
        text += "\n" + String(repeating: "  ", count: depth)
    }
}
