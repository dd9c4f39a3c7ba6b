import NIOCore
import NIOWebSocket

/// Translates between a connection's frames and the ``BotRun`` that it belongs to.
final class BotHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let run: BotRun

    init(run: BotRun) {
        self.run = run
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .text:
            run.received(DashboardMessage(parsing: frame.unmaskedData.readableBytesView))
        case .ping:
            context.writeAndFlush(wrapOutboundOut(frame.pong(maskKey: .random())), promise: nil)
        case .pong:
            run.ponged()
        case .connectionClose:
            run.closeReceived(frame)
        default:
            break
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { run.pump() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        run.connectionFailed(error)
        guard let misbehaviour = WebSocketMisbehaviour(error) else {
            return context.close(promise: nil)
        }
        let frame = WebSocketFrame.close(misbehaviour.closeCode, maskKey: .random())
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        run.disconnected()
    }
}
