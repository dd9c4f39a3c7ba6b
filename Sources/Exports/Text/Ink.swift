/// Paints pieces of text for a terminal, or leaves them as they are.
public struct Ink: Equatable, Sendable {
    private let isColoured: Bool

    /// Leaves everything as it is.
    public static let plain = Ink(isColoured: false)

    /// Creates an ink.
    ///
    /// - Parameter isColoured: Whether to use ANSI colours.
    public init(isColoured: Bool) {
        self.isColoured = isColoured
    }

    func title(_ text: String) -> String { paint(text, "1") }
    func dim(_ text: String) -> String { paint(text, "2") }
    func mark(_ text: String) -> String { paint(text, "1;33") }
    func alarm(_ text: String) -> String { paint(text, "1;31") }
    /// The name of a JSON member.
    func name(_ text: String) -> String { paint(text, "36") }
    /// A JSON string.
    func text(_ text: String) -> String { paint(text, "32") }
    /// A JSON number, true, false or null.
    func value(_ text: String) -> String { paint(text, "35") }

    private func paint(_ text: String, _ code: String) -> String {
        isColoured && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
