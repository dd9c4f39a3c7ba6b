internal import Vocabulary

/// One value of a document, and where it stands.
public struct DocumentNode: Sendable {
    /// The value.
    public let value: JSONValue
    /// Where it stands in the tree (RFC 6901).
    public let pointer: String
    let places: [String: Document.Place]

    /// Where it stands, or what it is a part of.
    public var place: Document.Place? { places[pointer] }

    /// An error that names this place.
    public func wrong(_ message: String, status: Int? = nil) -> DocumentError {
        var error = DocumentError(message, at: place)
        error.status = status
        return error
    }

    /// The members of an object; each name once, and only those that are known.
    ///
    /// - Parameters:
    ///   - what: What this is, for messages.
    ///   - known: The names that it may have; `nil` for any.
    ///   - nulls: Whether those count that are `null`.
    /// - Returns: The members, in order.
    /// - Throws: ``DocumentError`` when it is no object, or has other members.
    public func members(
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
                let near = NearestWord.to(name, among: known)
                throw node.wrong(
                    "\(what) says '\(name.prefix(120))', which is not known here; "
                        + (near.map { "did you mean '\($0)'? There are " } ?? "there are ")
                        + known.joined(separator: ", ")
                )
            }
            if nulls || value != .null { members.append((name, node)) }
        }
        return members
    }

    /// The elements of an array.
    public func elements(_ what: String) throws(DocumentError) -> [DocumentNode] {
        guard case .array(let list) = value else {
            throw wrong("\(what) is \(value.kindWithArticle), not an array")
        }
        return list.enumerated().map { child(String($0.offset), $0.element) }
    }

    /// A text.
    public func string(_ what: String) throws(DocumentError) -> String {
        guard case .string(let text) = value else {
            throw wrong("\(what) is \(value.kindWithArticle), not a string")
        }
        return text
    }

    /// A whole number of 64 bits without a sign.
    public func natural(_ what: String) throws(DocumentError) -> UInt64 {
        guard case .number(let text) = value, let number = UInt64(text) else {
            throw wrong("\(what) is \(shown), not a number from 0 to 18446744073709551615")
        }
        return number
    }

    /// A duration: `500ms`, `5s`, `1.5m`, `1h`, or a number of seconds.
    public func duration(_ what: String) throws(DocumentError) -> Duration {
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
            pointer: Document.pointer(to: name, in: pointer),
            places: places
        )
    }
}
