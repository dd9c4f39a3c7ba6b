public import Telemetry
internal import Vocabulary

/// Events as a browser's `EventSource` reads them (HTML Living Standard §9.2).
public enum EventText {
    /// The type of the stream.
    public static let contentType = "text/event-stream"

    /// One item, its blank line included.
    ///
    /// - Parameters:
    ///   - item: What happened.
    ///   - number: Its number in this stream, from 1.
    /// - Returns: The text.
    public static func text(of item: EventHub.Item, number: UInt64) -> String {
        switch item {
        case .beat: ": alive\n\n"
        case .dropped(let count):
            "id: \(number)\nevent: dropped\ndata: {\"count\":\(count)}\n\n"
        case .event(let event):
            "id: \(number)\nevent: \(name(of: event))\ndata: \(json(of: event))\n\n"
        }
    }

    private static func name(of event: ProxyEvent) -> String {
        switch event.kind {
        case .opened: "opened"
        case .upgraded: "upgraded"
        case .closed: "closed"
        case .fault: "fault"
        case .mark: "mark"
        case .frame: "frame"
        }
    }

    private static func json(of event: ProxyEvent) -> String {
        JSONText.object(
            [
                ("time", JSONText.quoted(event.time.rfc3339(fractionDigits: 3))),
                ("proxy", JSONText.quoted(event.proxy)),
            ] + members(of: event)
        )
    }

    private static func members(of event: ProxyEvent) -> [(String, String)] {
        switch event.kind {
        case .opened(let id, let client):
            [connection(id), ("client", JSONText.quoted(client))]
        case .upgraded(let id, let target):
            [connection(id), ("target", JSONText.quoted(target))]
        case .closed(let id, let cause, let toServer, let toClient):
            [
                connection(id), ("cause", JSONText.quoted(cause)),
                ("client_to_server", flow(toServer)), ("server_to_client", flow(toClient)),
            ]
        case .fault(let action, let name, let type):
            [
                ("action", JSONText.quoted(action)), ("fault", JSONText.quoted(name)),
                ("type", JSONText.quoted(type)),
            ]
        case .mark(let label): [("label", JSONText.quoted(label))]
        case .frame(let id, let direction, let number, let opcode, let byteCount):
            [
                connection(id), ("direction", JSONText.quoted(direction.description)),
                ("frame", String(number)), ("opcode", JSONText.quoted(opcode)),
                ("payload_bytes", String(byteCount)),
            ]
        }
    }

    private static func connection(_ id: ConnectionID) -> (String, String) {
        ("connection", JSONText.quoted(id.description))
    }

    private static func flow(_ tally: FlowTally) -> String {
        JSONText.object([
            ("frames", String(tally.frames.frameCount)),
            ("received_bytes", String(tally.receivedByteCount)),
            ("forwarded_bytes", String(tally.forwardedByteCount)),
        ])
    }
}
