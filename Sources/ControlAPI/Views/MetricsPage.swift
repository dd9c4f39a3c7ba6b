internal import Vocabulary

/// A page of figures in Prometheus' text format, version 0.0.4.
struct MetricsPage {
    /// The type of the page.
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// What a figure does.
    enum Kind: String {
        /// It only grows.
        case counter
        /// It goes up and down.
        case gauge
        /// Buckets, their sum and their count.
        case histogram
    }

    /// The labels of a sample, in order.
    typealias Labels = [(name: String, value: String)]

    /// The page so far.
    private(set) var text = ""

    /// Begins a figure: its samples follow.
    mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        let escaped = help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        text += "# HELP \(name) \(escaped)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// Adds a sample.
    mutating func add(_ name: String, _ labels: Labels, _ value: some CustomStringConvertible) {
        let shown = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
        text += name
        if !shown.isEmpty { text += "{\(shown.joined(separator: ","))}" }
        text += " \(value)\n"
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n")
    }
}
