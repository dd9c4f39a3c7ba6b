/// One value of a document, and where it stands.
struct DocumentNode {
    let value: JSONValue
    let pointer: String
    let places: [String: ControlDocument.Place]

    /// Where it stands, or what it is a part of.
    var place: ControlDocument.Place? { places[pointer] }

    /// An error that names this place.
    func wrong(_ message: String, status: Int = 400) -> DocumentError {
        var error = DocumentError(message, at: place)
        error.status = status
        return error
    }

    /// Gives an error that has no place yet this one.
    func located<Value>(
        _ what: String,
        _ body: () throws(ControlError) -> Value
    ) throws(DocumentError) -> Value {
        do throws(ControlError) {
            return try body()
        } catch {
            var message = error.message
            let prefix = "bad request body: "
            if message.hasPrefix(prefix) { message = String(message.dropFirst(prefix.count)) }
            throw wrong(what.isEmpty ? message : "\(what): \(message)", status: error.status)
        }
    }

    /// The members of an object; each name once, and only those that are known.
    ///
    /// - Parameters:
    ///   - what: What this is, for messages.
    ///   - known: The names that it may have; `nil` for any.
    ///   - nulls: Whether those count that are `null`.
    /// - Returns: The members, in order.
    /// - Throws: ``DocumentError`` when it is no object, or has other members.
    func members(
        _ what: String,
        known: [String]?,
        nulls: Bool = false
    ) throws(DocumentError) -> [(name: String, node: DocumentNode)] {
        guard case .object(let list) = value else {
            throw wrong("\(what) is \(value.kindWithArticle), not an object")
        }
        var seen: Set<String> = []
        var members: [(name: String, node: DocumentNode)] = []
        for (name, value) in list {
            let node = child(name, value)
            guard seen.insert(name).inserted else {
                throw node.wrong("\(what) says '\(name.prefix(120))' twice")
            }
            if let known, !known.contains(name) {
                throw node.wrong(
                    "\(what) says '\(name.prefix(120))', which is not known here; there are "
                        + known.joined(separator: ", ")
                )
            }
            if nulls || value != .null { members.append((name, node)) }
        }
        return members
    }

    /// The elements of an array.
    func elements(_ what: String) throws(DocumentError) -> [DocumentNode] {
        guard case .array(let list) = value else {
            throw wrong("\(what) is \(value.kindWithArticle), not an array")
        }
        return list.enumerated().map { child(String($0.offset), $0.element) }
    }

    func string(_ what: String) throws(DocumentError) -> String {
        guard case .string(let text) = value else {
            throw wrong("\(what) is \(value.kindWithArticle), not a string")
        }
        return text
    }

    /// A whole number of 64 bits without a sign.
    func natural(_ what: String) throws(DocumentError) -> UInt64 {
        guard case .number(let text) = value, let number = UInt64(text) else {
            throw wrong("\(what) is \(shown), not a number from 0 to 18446744073709551615")
        }
        return number
    }

    /// A duration: `500ms`, `5s`, `1.5m`, `1h`, or a number of seconds.
    func duration(_ what: String) throws(DocumentError) -> Duration {
        let text: String
        switch value {
        case .string(let it), .number(let it): text = it
        default: throw wrong("\(what) is \(shown); write a duration such as 500ms, 5s or 2m")
        }
        guard let duration = DurationText.read(text) else {
            throw wrong("\(what) is \(shown); write a duration such as 500ms, 5s or 2m")
        }
        return duration
    }

    /// The value for a message, where it is short.
    private var shown: String {
        switch value {
        case .string(let text): "'\(text.prefix(60))'"
        case .number(let text): String(text.prefix(60))
        default: value.kindWithArticle
        }
    }

    private func child(_ name: String, _ value: JSONValue) -> DocumentNode {
        DocumentNode(
            value: value,
            pointer: ControlDocument.pointer(to: name, in: pointer),
            places: places
        )
    }
}

/// Durations as people write them.
enum DurationText {
    private static let units: [(String, Double)] = [
        ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600),
    ]

    /// Reads a duration of at most a day; `nil` when it is none.
    static func read(_ text: String) -> Duration? {
        let unit = units.first { text.hasSuffix($0.0) } ?? ("", 1)
        let number = text.dropLast(unit.0.count)
        let isPlain = number.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard isPlain, let value = Double(number), value * unit.1 <= 86_400 else { return nil }
        return .milliseconds(Int64((value * unit.1 * 1000).rounded()))
    }

    /// As short as it can be written: `500ms`, `5s`, `1m30s`.
    static func text(_ duration: Duration) -> String {
        let milliseconds =
            duration.components.seconds * 1000
            + duration.components.attoseconds / 1_000_000_000_000_000
        guard milliseconds % 1000 == 0, milliseconds > 0 else {
            return milliseconds == 0
                ? "0s"
                : milliseconds < 1000
                    ? "\(milliseconds)ms" : "\(Double(milliseconds) / 1000)s"
        }
        return "\(milliseconds / 1000)s"
    }
}
