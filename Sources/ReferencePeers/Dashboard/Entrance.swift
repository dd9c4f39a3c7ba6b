import Logging
import NIOCore
import NIOHTTP1
import NIOWebSocket
import Vocabulary

/// Sorts new connections: the WebSocket endpoint, another HTTP request, or nothing in time.
struct Entrance {
    /// What all connections share.
    let floor: NIOLoopBound<DashboardFloor>
    /// The dashboard's log.
    let logger: Logger
    /// For the request of a new connection.
    let timeout: Duration

    /// Puts the handlers of a new connection in place.
    func configure(_ channel: any Channel) throws {
        let alarm = channel.eventLoop.scheduleTask(in: TimeAmount(timeout)) {
            channel.close(promise: nil)
        }
        let upgrader = NIOTypedWebSocketServerUpgrader<Void>(
            maxFrameSize: MessageLimits.messageBytesMax,
            enableAutomaticErrorHandling: false,
            shouldUpgrade: { channel, head in
                let path = head.uri.prefix { $0 != "?" }
                let isEndpoint = head.method == .GET && path == DashboardSettings.path[...]
                return channel.eventLoop.makeSucceededFuture(isEndpoint ? HTTPHeaders() : nil)
            },
            upgradePipelineHandler: { channel, head in
                alarm.cancel()
                return welcome(channel, head)
            }
        )
        let upgrade = NIOTypedHTTPServerUpgradeConfiguration(
            upgraders: [upgrader],
            notUpgradingCompletionHandler: answerPlainly
        )
        try channel.pipeline.syncOperations
            .configureUpgradableHTTPServerPipeline(
                configuration: NIOUpgradableHTTPServerPipelineConfiguration(
                    upgradeConfiguration: upgrade
                )
            )
            .whenFailure { _ in
                // The client left before its request was whole.
                channel.close(promise: nil)
            }
        try channel.pipeline.syncOperations.addHandler(NonsenseHandler())
        channel.closeFuture.whenComplete { _ in alarm.cancel() }
    }

    @Sendable
    private func welcome(_ channel: any Channel, _ head: HTTPRequestHead) -> EventLoopFuture<Void> {
        var logger = logger
        let bot = head.headers.first(name: "X-Bot-Id") ?? "unnamed"
        logger[metadataKey: "bot"] = "\(bot.prefix(MessageLimits.loggedBytesMax))"
        logger[metadataKey: "peer"] = "\(channel.remoteAddress.map(\.words) ?? "unknown")"
        let handler = DashboardHandler(
            floor: floor.value,
            logger: logger,
            eventLoop: channel.eventLoop
        )
        return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addMessageHandlers(as: .server)
            try channel.pipeline.syncOperations.addHandler(handler)
        }
    }

    @Sendable
    private func answerPlainly(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(HTTPAnswerHandler(floor: floor.value))
        }
    }
}

/// Ends a connection whose client does not speak HTTP; it was answered 400 before.
private final class NonsenseHandler: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is HTTPParserError {
            context.close(promise: nil)
        } else {
            context.fireErrorCaught(error)
        }
    }
}

extension SocketAddress {
    /// `127.0.0.1:41234`.
    fileprivate var words: String {
        Endpoint(host: ipAddress ?? "?", port: port ?? 0).description
    }
}
