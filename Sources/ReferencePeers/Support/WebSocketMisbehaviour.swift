import NIOWebSocket

/// What a peer did against RFC 6455, and the close code that says so.
struct WebSocketMisbehaviour: Error {
    /// The status code of the close frame (RFC 6455 §7.4.1).
    var closeCode: UInt16
    /// A few words for the log.
    var sentence: String

    static let unmaskedFrame = Self(1002, "a client's frame was not masked")
    static let maskedFrame = Self(1002, "a server's frame was masked")
    static let reservedBit = Self(1002, "a reserved bit was set")
    static let reservedOpcode = Self(1002, "a reserved opcode was used")
    static let fragmentedControl = Self(1002, "a control frame was fragmented")
    static let longControl = Self(1002, "a control frame was over 125 bytes")
    static let disorder = Self(1002, "fragments came out of order")
    static let notUTF8 = Self(1007, "a text message was not UTF-8")
    static let tooLarge = Self(
        1009,
        "a message was over \(MessageLimits.messageBytesMax) bytes "
            + "or came in more than \(MessageLimits.fragmentsMax) fragments"
    )

    /// Names what the decoder, the rules or the aggregator refused; `nil` for any other error.
    init?(_ error: any Error) {
        switch error {
        case let misbehaviour as WebSocketMisbehaviour:
            self = misbehaviour
        case NIOWebSocketError.invalidFrameLength,
            NIOWebSocketFrameAggregator.Error.accumulatedFrameSizeIsTooLarge,
            NIOWebSocketFrameAggregator.Error.tooManyFragments:
            self = .tooLarge
        case NIOWebSocketError.fragmentedControlFrame: self = .fragmentedControl
        case NIOWebSocketError.multiByteControlFrameLength: self = .longControl
        case is NIOWebSocketFrameAggregator.Error: self = .disorder
        default: return nil
        }
    }

    private init(_ closeCode: UInt16, _ sentence: String) {
        self.closeCode = closeCode
        self.sentence = sentence
    }
}
