internal import NIOCore
internal import ProxyProtocol

/// Reads the PROXY header that a client begins with, next to the socket: before TLS, before everything.
///
/// From whoever is not believed it takes none, and tells of one. It leaves the pipeline as soon as it knows.
/// Confined to its event loop.
final class HeaderReader: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// What the client began with.
    enum Beginning {
        case header(ProxyHeader, bytes: [UInt8])
        /// Nothing that counts; the connection has to be ended.
        case refused(reason: String, bytes: [UInt8])
    }

    private enum State {
        /// Whether a header has to come is not decided.
        case undecided
        /// A header has to come.
        case expecting
        /// None may come.
        case guarding
        /// It is known what came; what follows passes.
        case passing
        /// Nothing passes any more.
        case refusing
    }

    private var state = State.undecided
    private var onEnd: ((Beginning) -> Void)?
    private var seen = ByteBuffer()

    /// Says whether a header has to come.
    ///
    /// - Parameters:
    ///   - isExpected: It has to; else none may.
    ///   - onEnd: Told once, before what follows the header passes; never when none may come and none does.
    func begin(isExpected: Bool, onEnd: @escaping (Beginning) -> Void) {
        state = isExpected ? .expecting : .guarding
        self.onEnd = onEnd
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        switch state {
        case .refusing: return
        case .passing: context.fireChannelRead(data)
        case .undecided, .expecting, .guarding:
            seen.writeBuffer(&buffer)
            look(context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        switch state {
        case .undecided, .expecting, .guarding: context.read()
        case .passing, .refusing: context.fireChannelReadComplete()
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent { endInput(context) }
        context.fireUserInboundEventTriggered(event)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        onEnd = nil
    }

    private func look(_ context: ChannelHandlerContext) {
        do throws(ProxyHeaderError) {
            guard let header = try ProxyHeaderParser.parse(seen.readableBytesSpan) else { return }
            if state == .guarding { return refuse(Self.forged) }
            let bytes = seen.readBytes(length: header.byteCount) ?? []
            tell(.header(header, bytes: bytes))
            pass(context)
        } catch {
            guard state == .guarding else { return refuse("\(error)") }
            // Whatever else it is, it is no header.
            if error == .noHeader { pass(context) } else { refuse(Self.forged) }
        }
    }

    private static let forged =
        "the client begins with a PROXY header, and is in none of the networks that are believed"

    /// No more bytes will come.
    private func endInput(_ context: ChannelHandlerContext) {
        switch state {
        case .expecting:
            refuse("the client ended the connection before its PROXY header was whole")
        case .guarding: pass(context)
        case .undecided, .passing, .refusing: return
        }
    }

    private func refuse(_ reason: String) {
        state = .refusing
        tell(.refused(reason: reason, bytes: Array(seen.readableBytesView)))
        seen = ByteBuffer()
    }

    private func tell(_ beginning: Beginning) {
        let tell = onEnd
        onEnd = nil
        tell?(beginning)
    }

    private func pass(_ context: ChannelHandlerContext) {
        state = .passing
        let rest = seen
        seen = ByteBuffer()
        if rest.readableBytes > 0 {
            context.fireChannelRead(wrapInboundOut(rest))
            context.fireChannelReadComplete()
        }
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }
}
