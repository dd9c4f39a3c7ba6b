internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// Waits for the end of the TLS handshake of a leg that is being dialled.
///
/// It stands behind TLS and tells once: at once, so that whoever is told can stand behind it before the first
/// bytes come.
final class HandshakeWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// How it ended.
    enum Ending {
        /// TLS is spoken, and this was agreed on by ALPN.
        case secured(applicationProtocol: String)
        case failed(any Error)
        /// It took too long.
        case expired
    }

    private var onEnd: ((Ending) -> Void)?

    init(onEnd: @escaping (Ending) -> Void) {
        self.onEnd = onEnd
    }

    /// Nobody waits any longer.
    func expire() {
        end(.expired)
    }

    func channelActive(context: ChannelHandlerContext) {
        // Nothing is read by itself before the relay says so, and the handshake needs what the peer says.
        context.read()
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.handshakeCompleted(let agreed)) = event as? TLSUserEvent {
            end(.secured(applicationProtocol: agreed ?? ""))
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard onEnd == nil else {
            end(.failed(error))
            context.close(promise: nil)
            return
        }
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.failed(ChannelError.eof))
        context.fireChannelInactive()
    }

    private func end(_ ending: Ending) {
        let tell = onEnd
        onEnd = nil
        tell?(ending)
    }
}
