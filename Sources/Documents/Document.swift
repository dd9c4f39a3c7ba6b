public import Vocabulary

/// A text as a tree of values that knows where each of them stands in the text.
///
/// Rooms that read YAML make one; JSON makes one without places.
public struct Document: Equatable, Sendable {
    /// Where something stands.
    public struct Place: Equatable, Sendable, CustomStringConvertible {
        /// From 1.
        public var line: Int
        /// From 1.
        public var column: Int

        /// Names a place.
        public init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }

        /// `line 3, column 5`.
        public var description: String { "line \(line), column \(column)" }
    }

    /// What stands in it.
    public var value: JSONValue
    /// Where each value stands, by JSON pointer; empty for a text whose places nobody noted.
    public var places: [String: Place]

    /// Values at most, so that a text that repeats itself by aliases stays small.
    public static let valueCountMax = 100_000
    /// Levels at most.
    public static let depthMax = 64

    /// Describes a document.
    public init(_ value: JSONValue, places: [String: Place] = [:]) {
        self.value = value
        self.places = places
    }

    /// Names a member of what a pointer names (RFC 6901 §3).
    ///
    /// - Parameters:
    ///   - name: The member's name, or the number of an element.
    ///   - pointer: What it is a part of.
    /// - Returns: The member's pointer.
    public static func pointer(to name: String, in pointer: String) -> String {
        var out = pointer + "/"
        for character in name {
            switch character {
            case "~": out += "~0"
            case "/": out += "~1"
            default: out.append(character)
            }
        }
        return out
    }

    /// The value at its root.
    public var root: DocumentNode { DocumentNode(value: value, pointer: "", places: places) }
}

/// What is wrong with a document, and where.
public struct DocumentError: Error, Equatable, Sendable {
    /// The place, where one is known.
    public var place: Document.Place?
    /// What is wrong, in one sentence without a full stop.
    public var message: String
    /// What a call with such a body is to be answered, where that is no plain 400 (HTTP status).
    public var status: Int?

    /// Describes an error.
    ///
    /// - Parameters:
    ///   - message: What is wrong.
    ///   - place: Where.
    public init(_ message: String, at place: Document.Place? = nil) {
        self.message = message
        self.place = place
    }
}

extension DocumentError {
    /// What is wrong with a file, for whoever wrote it.
    public func sentence(in path: String) -> OperatorError {
        let place = place.map { ":\($0.line):\($0.column)" } ?? ""
        return OperatorError(.usage, "\(path)\(place): \(message).")
    }
}
