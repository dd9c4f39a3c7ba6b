internal import Vocabulary

/// What is wrong with a call; one table of texts and statuses for all routes.
struct ControlError: Error, Equatable {
    var status: Int
    var message: String

    init(_ status: Int, _ message: String) {
        self.status = status
        self.message = message
    }

    static func badBody(_ text: String) -> ControlError {
        ControlError(400, "bad request body: \(text)")
    }

    static func missing(_ field: String, at index: Int? = nil) -> ControlError {
        let place = index.map { " at proxy \($0)" } ?? ""
        return ControlError(400, "missing required field: \(field)\(place)")
    }

    static let invalidStream = ControlError(
        400,
        "stream was invalid, can be either upstream or downstream"
    )
    static let invalidType = ControlError(400, "invalid toxic type")
    static let proxyNotFound = ControlError(404, "proxy not found")
    static let toxicNotFound = ControlError(404, "toxic not found")
    static let connectionNotFound = ControlError(404, "connection not found")
    static let unanswered = ControlError(
        503,
        "the event loops have not answered in time; what was asked for may still happen"
    )
    static let proxyExists = ControlError(409, "proxy already exists")
    static let toxicExists = ControlError(409, "toxic already exists")
}

extension ControlReply {
    /// The answer of calls that the original does not have: JSON says that it is JSON.
    static func refusal(_ error: ControlError) -> ControlReply {
        var reply = ControlReply(error)
        reply.contentType = jsonType
        return reply
    }

    /// The original serves errors as text, although they are JSON.
    init(_ error: ControlError) {
        let body = JSONText.object([
            ("error", JSONText.quoted(error.message)), ("status", String(error.status)),
        ])
        self.init(error.status, Self.textType, body + "\n")
    }
}
