import CaptureFormat
import Vocabulary

/// Words that several explanations share.
enum Wording {
    /// `1 message`, `3 messages`.
    static func count(_ number: UInt64, _ one: String, _ many: String? = nil) -> String {
        number == 1 ? "1 \(one)" : "\(number) \(many ?? one + "s")"
    }

    /// `5` or `5–8`.
    static func range(_ range: ClosedRange<UInt64>) -> String {
        range.lowerBound == range.upperBound
            ? "\(range.lowerBound)" : "\(range.lowerBound)–\(range.upperBound)"
    }

    /// Who receives a direction's messages.
    static func receiver(of direction: Direction) -> String {
        direction == .clientToServer ? "server" : "client"
    }

    /// `c7 was reset by the server at 12:00:03.124`.
    static func end(of closed: ClosedRecord, at time: Instant) -> String {
        let connection = closed.connection
        let origin = "\(closed.origin)"
        let when = "at \(time.timeOfDay())"
        return switch closed.cause {
        case .closeHandshake: "\(connection) was closed in order, first by the \(origin), \(when)"
        case .closeUnanswered:
            "\(connection) was closed by the \(origin), without an answer, \(when)"
        case .fin: "\(connection) was ended by the \(origin), without a close frame, \(when)"
        case .reset: "\(connection) was reset by the \(origin) \(when)"
        case .upstreamRefused: "the server refused \(connection) \(when)"
        case .upstreamUnresolved: "the server's name of \(connection) did not resolve \(when)"
        case .upstreamTimeout: "the server did not answer the dial of \(connection) \(when)"
        case .handshakeTimeout: "the handshake of \(connection) timed out \(when)"
        case .shutdown: "the proxy was stopped and ended \(connection) \(when)"
        case .captureFailure:
            "the proxy ended \(connection), because it could not record it, \(when)"
        case .proxyHeader:
            "the PROXY header of \(connection) did not count \(when)"
        case .tlsFailure: "TLS of \(connection) failed with the \(origin) \(when)"
        case .failure: "\(connection) failed \(when)"
        case .fault: "the fault '\(closed.detail)' ended \(connection) \(when)"
        }
    }
}
