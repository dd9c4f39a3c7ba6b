public import Vocabulary

/// Everything the reference dashboard can be told.
public struct DashboardSettings: Sendable {
    /// The path of the WebSocket endpoint.
    public static let path = "/ws"

    /// Where to listen; port 0 takes a free one.
    public var address = Endpoint(host: "127.0.0.1", port: 8000)
    /// The file that takes each accepted message before it is acknowledged.
    public var received: String?
    /// How long each message is worked on before it is accepted.
    public var work = Duration.zero
    /// For the request of a new connection.
    public var handshakeTimeout = Duration.seconds(10)
    /// For the answers to the close frames when the dashboard stops.
    ///
    /// A bot that was lost in silence never answers, though for the kernel it is still connected.
    public var grace = Duration.seconds(1)

    /// Creates the default settings.
    public init() {}
}
