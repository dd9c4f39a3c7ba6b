public import Vocabulary

/// The parsed view of an upgrade request and its answer (RFC 6455 §4).
///
/// The exact bytes stand in `Bytes` records; this is what they mean.
public struct HandshakeRecord: Equatable, Sendable {
    /// The connection.
    public var connection: ConnectionID
    /// Whether the server switched protocols: frames follow in both directions.
    public var isAccepted: Bool
    /// The request target: path and query.
    public var target: String
    /// The `Host` of the request.
    public var host: String
    /// The response status.
    public var status: UInt32
    /// The subprotocol that the server chose; empty when none.
    public var subprotocol: String
    /// The extensions that the server accepted, as in its header; empty when none.
    public var extensions: String
    /// Headers of the request, in order; the values of secrets are blanked.
    public var requestHeaders: [HeaderField]
    /// Headers of the response, in order; the values of secrets are blanked.
    public var responseHeaders: [HeaderField]
    /// What breaks RFC 6455 §4 in the exchange, one sentence each.
    public var problems: [String]
    /// Where the client's frames begin in the downstream leg's bytes.
    public var clientFramesStart: ByteOffset
    /// Where the server's frames begin in the upstream leg's bytes.
    public var serverFramesStart: ByteOffset

    /// Creates a handshake record.
    public init(
        connection: ConnectionID,
        isAccepted: Bool,
        target: String,
        host: String,
        status: UInt32,
        subprotocol: String = "",
        extensions: String = "",
        requestHeaders: [HeaderField] = [],
        responseHeaders: [HeaderField] = [],
        problems: [String] = [],
        clientFramesStart: ByteOffset = 0,
        serverFramesStart: ByteOffset = 0
    ) {
        self.connection = connection
        self.isAccepted = isAccepted
        self.target = target
        self.host = host
        self.status = status
        self.subprotocol = subprotocol
        self.extensions = extensions
        self.requestHeaders = requestHeaders
        self.responseHeaders = responseHeaders
        self.problems = problems
        self.clientFramesStart = clientFramesStart
        self.serverFramesStart = serverFramesStart
    }
}

/// One HTTP header line.
public struct HeaderField: Equatable, Sendable {
    /// The name as on the wire.
    public var name: String
    /// The value without surrounding blanks.
    public var value: String

    /// Creates a header line.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}
