internal import NIOCore
internal import NIOTLS
internal import Vocabulary

/// Tells a connection what happens on one of its legs.
final class LegHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let leg: Leg
    private let connection: ConnectionDriver
    private let gauge: CiphertextGauge?

    /// Stands at the end of a leg's pipeline.
    ///
    /// - Parameters:
    ///   - leg: Which leg.
    ///   - connection: Who is told.
    ///   - gauge: What lies between TLS and the socket; `nil` for a plain leg.
    init(leg: Leg, connection: ConnectionDriver, gauge: CiphertextGauge?) {
        self.leg = leg
        self.connection = connection
        self.gauge = gauge
    }

    func channelActive(context: ChannelHandlerContext) {
        if leg == .downstream { connection.accepted(context.channel, gauge: gauge) }
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
        if leg == .downstream, gauge != nil,
            case .some(.handshakeCompleted(let agreed)) = event as? TLSUserEvent
        {
            connection.secured(applicationProtocol: agreed ?? "")
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        connection.writabilityChanged(on: leg, isWritable: context.channel.isWritable)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if connection.failed(on: leg, error) { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.closed(leg)
        context.fireChannelInactive()
    }
}
