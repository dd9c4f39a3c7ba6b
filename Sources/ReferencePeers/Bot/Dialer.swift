import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Vocabulary

/// Opens WebSocket connections to the dashboard.
struct Dialer {
    /// What the server made of the request to upgrade.
    private enum Answer {
        case upgraded
        case refused(EventLoopFuture<HTTPResponseHead>)
    }

    /// Where to.
    let url: WebSocketURL
    /// What the `X-Bot-Id` header says.
    let botID: String
    /// For the TCP connection, and again for the handshake.
    let timeout: Duration
    /// Where everything happens.
    let eventLoop: any EventLoop

    /// Opens a connection and upgrades it.
    ///
    /// - Parameter addHandler: Puts the handler of the frames in place, before the first frame.
    /// - Returns: The upgraded connection; its first frame comes after the future's callbacks.
    func dial(
        addHandler: @escaping @Sendable (any Channel) throws -> Void
    ) -> EventLoopFuture<any Channel> {
        ClientBootstrap(group: eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(TimeAmount(timeout))
            .connect(host: url.address.host, port: url.address.port)
            .flatMap { channel in
                let opened = channel.eventLoop.makePromise(of: (any Channel).self)
                let alarm = channel.eventLoop.scheduleTask(in: TimeAmount(timeout)) {
                    opened.fail(ChannelError.connectTimeout(TimeAmount(timeout)))
                }
                upgrade(channel, addHandler: addHandler).cascade(to: opened)
                // A server that leaves before the handshake began is noticed by nobody else.
                channel.closeFuture.whenComplete { _ in opened.fail(ChannelError.eof) }
                return opened.futureResult.always { result in
                    alarm.cancel()
                    if case .failure = result { channel.close(promise: nil) }
                }
            }
    }

    private func upgrade(
        _ channel: any Channel,
        addHandler: @escaping @Sendable (any Channel) throws -> Void
    ) -> EventLoopFuture<any Channel> {
        let upgrader = NIOTypedWebSocketClientUpgrader<Answer>(
            maxFrameSize: MessageLimits.messageBytesMax,
            enableAutomaticErrorHandling: false
        ) { channel, _ in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addMessageHandlers(as: .client)
                try addHandler(channel)
                return .upgraded
            }
        }
        let request = NIOTypedHTTPClientUpgradeConfiguration(
            upgradeRequestHead: requestHead,
            upgraders: [upgrader],
            notUpgradingCompletionHandler: Self.awaitRefusal
        )
        var pipeline = NIOUpgradableHTTPClientPipelineConfiguration(upgradeConfiguration: request)
        // The dashboard's first frame may come in one piece with its 101.
        pipeline.leftOverBytesStrategy = .forwardBytes
        return channel.pipeline.configureUpgradableHTTPClientPipeline(configuration: pipeline)
            .flatMap { $0 }
            .flatMap { answer in
                switch answer {
                case .upgraded: channel.eventLoop.makeSucceededFuture(channel)
                case .refused(let head): head.flatMapThrowing { throw UpgradeRefused(head: $0) }
                }
            }
    }

    private var requestHead: HTTPRequestHead {
        let headers: HTTPHeaders = [
            "Host": url.address.description,
            "X-Bot-Id": botID,
        ]
        return HTTPRequestHead(version: .http1_1, method: .GET, uri: url.target, headers: headers)
    }

    @Sendable
    private static func awaitRefusal(_ channel: any Channel) -> EventLoopFuture<Answer> {
        let head = channel.eventLoop.makePromise(of: HTTPResponseHead.self)
        return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(RefusalHandler(head: head))
            return .refused(head.futureResult)
        }
    }
}

/// The server answered the request to upgrade with something else.
struct UpgradeRefused: Error, CustomStringConvertible {
    /// The answer.
    var head: HTTPResponseHead

    /// A few words for the log.
    var description: String {
        head.status == .switchingProtocols
            ? "the server's 101 does not prove that it speaks WebSocket "
                + "(Sec-WebSocket-Accept is missing or wrong)"
            : "the server answered \(head.status.code) \(head.status.reasonPhrase)"
    }
}

/// Waits for the answer that was not an upgrade.
private final class RefusalHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let head: EventLoopPromise<HTTPResponseHead>

    init(head: EventLoopPromise<HTTPResponseHead>) {
        self.head = head
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) { self.head.succeed(head) }
    }

    // A promise keeps its first result, so whatever comes second is harmless.
    func handlerRemoved(context: ChannelHandlerContext) {
        head.fail(ChannelError.eof)
    }
}
