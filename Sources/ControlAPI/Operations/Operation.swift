internal import Vocabulary

/// One call of the API: where it is, what it takes and answers, and who carries it out.
///
/// The table of all of them routes the calls and is what `GET /openapi.json` tells, so nothing can be
/// routed that is not described.
struct Operation: Sendable {
    /// A value in the path or in the query.
    struct Parameter: Sendable {
        var name: String
        var text: String
        /// Its JSON Schema.
        var schema: Schema = .string
    }

    /// A status that is answered.
    struct Answer: Sendable {
        var status: Int
        var text: String
        /// The shape of the body; `nil` when there is none, or when it is not JSON.
        var schema: Schema?
        /// The type of the body.
        var type = ControlReply.jsonType
    }

    /// Who carries a call out.
    typealias Handler =
        @Sendable (inout ProxyBook, ControlCall) throws(ControlError) -> ControlTurn

    /// The HTTP method.
    let method: String
    /// The path, with what varies in braces: `/proxies/{proxy}`.
    let path: String
    /// What it does, in one line.
    let summary: String
    /// What the query may have; what is in the path follows from it.
    var query: [Parameter] = []
    /// The shape of the body, when it takes one.
    var body: Schema?
    /// What it answers; what every call may answer besides is left out.
    let answers: [Answer]
    /// Whether it is Toxiproxy's: browsers are refused, and errors are text.
    var isToxiproxy = false
    /// Whether it only looks: it is then answered beside calls that change something.
    var onlyLooks = false
    /// Whether the query is checked: a word that is none is refused.
    var checksQuery: Bool { !isToxiproxy }
    let handle: Handler

    /// The values in a path, by name.
    ///
    /// - Parameter parts: The parts between slashes, decoded.
    /// - Returns: The values; `nil` when it is another path.
    func match(_ parts: [String]) -> [String: String]? {
        let wanted = path.split(separator: "/")
        guard wanted.count == parts.count else { return nil }
        var values: [String: String] = [:]
        for (want, part) in zip(wanted, parts) {
            if want.hasPrefix("{") {
                values[String(want.dropFirst().dropLast())] = part
            } else if want != part {
                return nil
            }
        }
        return values
    }

    /// The names in the path, in order.
    var pathNames: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }
            .map { String($0.dropFirst().dropLast()) }
    }
}

/// A call on its way to whoever carries it out.
struct ControlCall: Sendable {
    var request: ControlRequest
    /// What varies in the path, by name.
    var path: [String: String]
    var query: QueryParameters
    /// When it came, in a time that only goes forward.
    var time: Instant

    /// A value of the path; the operation's path has that name.
    func value(_ name: String) -> String { path[name] ?? "" }
}
