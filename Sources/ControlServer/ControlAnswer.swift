public import ControlAPI
public import Telemetry

/// What a caller gets.
public enum ControlAnswer: Equatable, Sendable {
    /// One answer.
    case reply(ControlReply)
    /// Events until the caller hangs up.
    case watch(EventQuery)

    /// The HTTP status.
    public var status: Int {
        switch self {
        case .reply(let reply): reply.status
        case .watch: 200
        }
    }
}
