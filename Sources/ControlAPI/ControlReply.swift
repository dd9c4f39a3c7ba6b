public import Documents
internal import Telemetry

/// The answer to a call.
public struct ControlReply: Equatable, Sendable {
    /// The HTTP status.
    public var status: Int
    /// The type of the body; `nil` for none.
    public var contentType: String?
    /// The body.
    public var body: String
    /// Whether the path is one of the API's: those answers carry a request id.
    public var isOfRoute: Bool
    /// The methods that the path takes, where the call's was none of them (RFC 9110 §15.5.6).
    public var allowed: [String] = []

    static let jsonType = "application/json"
    static let textType = "text/plain; charset=utf-8"

    package init(_ status: Int, _ contentType: String?, _ body: String, isOfRoute: Bool = true) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.isOfRoute = isOfRoute
    }

    static func json(_ body: String) -> ControlReply { json(200, body) }

    static func json(_ status: Int, _ body: String) -> ControlReply {
        ControlReply(status, jsonType, body)
    }

    /// The sentence of an error, for those who read no JSON.
    var reason: String {
        guard let range = body.firstRange(of: "{\"error\":\"") else {
            return status == 503 ? "not done in time" : "status \(status)"
        }
        let rest = body[range.upperBound...]
        return String(
            rest.prefix(upTo: rest.firstRange(of: "\",\"status\"")?.lowerBound ?? rest.endIndex)
        )
    }

    /// A call of our own that was not finished in time.
    static let unanswered = refusal(.unanswered)
    /// Too many watch already, or the process is ending.
    public static let notWatchable = refusal(
        ControlError(
            503,
            "\(EventHub.subscriberCountMax) callers watch already, which is the most"
        )
    )
    static let noContent = ControlReply(204, nil, "")
    /// The original answers so for whatever has no route.
    static let pageNotFound = ControlReply(404, textType, "404 page not found\n", isOfRoute: false)
    static func methodNotAllowed(_ allowed: [String]) -> ControlReply {
        var reply = ControlReply(405, nil, "", isOfRoute: false)
        reply.allowed = allowed
        return reply
    }
    static let browserRefused = ControlReply(403, textType, "User agent not allowed\n")

    /// A call that was not finished in time.
    public static let timedOut = ControlReply(
        503,
        "text/html",
        "<html><head><title>Timeout</title></head><body><h1>Timeout</h1></body></html>"
    )
    /// A body that cannot be read as what it says it is.
    public static func badDocument(_ error: DocumentError) -> ControlReply {
        ControlReply(ControlError(error))
    }

    /// A body that is larger than what is read.
    public static let bodyTooLarge = ControlReply(
        ControlError(413, "request body is larger than \(ControlLimits.bodyByteCountMax) bytes")
    )
}

/// What a caller may ask for at most.
public enum ControlLimits {
    /// Bytes of a body.
    public static let bodyByteCountMax = 1 << 20
    /// Proxies of a process.
    public static let proxyCountMax = 1000
    /// Toxics of a proxy.
    public static let toxicCountMax = 1000
    /// Connections of a proxy in one answer.
    public static let connectionCountMax = 1000
    /// The same, when nobody says how many.
    static let connectionCountDefault = 100
    /// Bytes of a mark's label.
    public static let labelByteCountMax = 200
    /// Bytes of a close frame's reason (RFC 6455 §5.5: 125, of which the code has two).
    static let reasonByteCountMax = 123
    /// Bytes of a proxy's or toxic's name.
    public static let nameByteCountMax = 100
    /// Objects and arrays within one another in a body.
    static let depthMax = 64
}
