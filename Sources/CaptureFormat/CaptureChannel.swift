public import Vocabulary

/// One of a capture's MCAP channels.
public struct CaptureChannel: Equatable, Sendable {
    /// The MCAP channel id.
    public var id: UInt16
    /// `/{proxy}/client-to-server`, `/{proxy}/server-to-client` or `/{proxy}/events`.
    public var topic: String
    /// The direction whose bytes it carries; `nil` for events.
    public var direction: Direction?

    /// What kind of messages it carries.
    public var envelope: Envelope { direction == nil ? .event : .stream }

    /// The channels of one proxy, in the order of their ids 1, 2 and 3.
    public static func channels(proxy: String) -> [CaptureChannel] {
        [
            CaptureChannel(
                id: 1,
                topic: "/\(proxy)/client-to-server",
                direction: .clientToServer
            ),
            CaptureChannel(
                id: 2,
                topic: "/\(proxy)/server-to-client",
                direction: .serverToClient
            ),
            CaptureChannel(id: 3, topic: "/\(proxy)/events", direction: nil),
        ]
    }

    /// The id of the channel that carries a direction, or events.
    static func id(carrying direction: Direction?) -> UInt16 {
        switch direction {
        case .clientToServer: 1
        case .serverToClient: 2
        case nil: 3
        }
    }
}
