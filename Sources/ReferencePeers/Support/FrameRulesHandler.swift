import NIOCore
import NIOWebSocket

/// Who the handler's own side of a connection speaks as.
enum WebSocketRole {
    case client
    case server
}

/// Holds the peer to the rules of RFC 6455 §5 that the decoder leaves to others.
///
/// A frame that breaks one becomes an error in the pipeline and goes no further.
final class FrameRulesHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = WebSocketFrame

    private let role: WebSocketRole

    init(role: WebSocketRole) {
        self.role = role
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        if let misbehaviour = misbehaviour(in: frame) {
            context.fireErrorCaught(misbehaviour)
        } else {
            context.fireChannelRead(data)
        }
    }

    private func misbehaviour(in frame: WebSocketFrame) -> WebSocketMisbehaviour? {
        switch (role, frame.maskKey) {
        // RFC 6455 §5.1: a client masks every frame, a server none.
        case (.server, nil): return .unmaskedFrame
        case (.client, .some): return .maskedFrame
        case (.server, .some), (.client, nil): break
        }
        // RFC 6455 §5.2: reserved bits belong to extensions, and none is offered here.
        if frame.rsv1 || frame.rsv2 || frame.rsv3 { return .reservedBit }
        switch frame.opcode {
        case .text, .binary, .continuation, .ping, .pong, .connectionClose: return nil
        // RFC 6455 §5.2: a reserved opcode fails the connection.
        default: return .reservedOpcode
        }
    }
}

extension ChannelPipeline.SynchronousOperations {
    /// Adds what turns decoded frames into whole messages, within the rules and the limits.
    func addMessageHandlers(as role: WebSocketRole) throws {
        try addHandler(FrameRulesHandler(role: role))
        try addHandler(
            NIOWebSocketFrameAggregator(
                minNonFinalFragmentSize: 0,
                maxAccumulatedFrameCount: MessageLimits.fragmentsMax,
                maxAccumulatedFrameSize: MessageLimits.messageBytesMax
            )
        )
    }
}
