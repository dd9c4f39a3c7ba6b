internal import NIOCore
internal import Vocabulary

/// Tells a connection what happens on one of its legs.
final class LegHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let leg: Leg
    private let connection: ConnectionDriver

    init(leg: Leg, connection: ConnectionDriver) {
        self.leg = leg
        self.connection = connection
    }

    func channelActive(context: ChannelHandlerContext) {
        if leg == .downstream { connection.accepted(context.channel) }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.received(unwrapInboundIn(data), on: leg)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        connection.readComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent { connection.inputClosed(on: leg) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        connection.writabilityChanged(on: leg, isWritable: context.channel.isWritable)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        connection.failed(on: leg, error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.closed(leg)
        context.fireChannelInactive()
    }
}
