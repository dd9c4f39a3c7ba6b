public import Vocabulary

/// A connection that was open when a file began, or when recording went on after a gap.
///
/// With it a file can be read although the files before it are gone. A reader that has seen the
/// connection's beginning learns nothing new from it.
public struct ResumedRecord: Equatable, Sendable {
    /// The connection.
    public var connection: ConnectionID
    /// How its client's leg came to be.
    public var downstream: OpenedRecord
    /// How its server's leg came to be; `nil` while that is being dialled, or when it was refused.
    public var upstream: OpenedRecord?
    /// The answered upgrade; `nil` when there was none.
    public var handshake: HandshakeRecord?
    /// Where the client's bytes stand.
    public var clientToServer: ResumedFlow
    /// Where the server's bytes stand.
    public var serverToClient: ResumedFlow
    /// How far the bytes of both legs had come.
    public var progress: ProgressRecord

    /// Creates a resumed record.
    public init(
        connection: ConnectionID,
        downstream: OpenedRecord,
        upstream: OpenedRecord? = nil,
        handshake: HandshakeRecord? = nil,
        clientToServer: ResumedFlow,
        serverToClient: ResumedFlow,
        progress: ProgressRecord
    ) {
        self.connection = connection
        self.downstream = downstream
        self.upstream = upstream
        self.handshake = handshake
        self.clientToServer = clientToServer
        self.serverToClient = serverToClient
        self.progress = progress
    }

    /// Where the bytes of one direction stand.
    public subscript(direction: Direction) -> ResumedFlow {
        direction == .clientToServer ? clientToServer : serverToClient
    }
}

/// Where one direction of a connection stands: what its next byte belongs to.
public struct ResumedFlow: Equatable, Sendable {
    /// Where the next byte stands in the sending leg's byte stream.
    public var offset: ByteOffset
    /// The number of the frame that is passing or comes next, from 1; 0 before the first frame.
    public var frame: UInt64
    /// The next byte stands inside that frame.
    public var isInsideFrame: Bool
    /// A message has begun whose last fragment is still to come (RFC 6455 §5.4).
    public var isInsideMessage: Bool
    /// The sender's close frame has passed.
    public var isClosed: Bool

    /// Creates the state of a direction; the default is before its first byte.
    public init(
        offset: ByteOffset = 0,
        frame: UInt64 = 0,
        isInsideFrame: Bool = false,
        isInsideMessage: Bool = false,
        isClosed: Bool = false
    ) {
        self.offset = offset
        self.frame = frame
        self.isInsideFrame = isInsideFrame
        self.isInsideMessage = isInsideMessage
        self.isClosed = isClosed
    }
}
