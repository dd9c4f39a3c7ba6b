import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Vocabulary

/// One life of a dashboard on one event loop: listens, upgrades, stops.
final class DashboardRun {
    private enum Alarm {
        case grace
    }

    private let settings: DashboardSettings
    private let logger: Logger
    private let eventLoop: any EventLoop
    private let end: EventLoopPromise<Void>
    private let floor: DashboardFloor
    private var listener: (any Channel)?
    private var alarms: Alarms<Alarm>
    private var isStopping = false
    private var isFinished = false

    init(
        settings: DashboardSettings,
        log: LineFile?,
        eventLoop: any EventLoop,
        logger: Logger,
        end: EventLoopPromise<Void>
    ) {
        self.settings = settings
        self.logger = logger
        self.eventLoop = eventLoop
        self.end = end
        floor = DashboardFloor(settings: settings, log: log) { error in
            end.fail(error)
        }
        alarms = Alarms(on: eventLoop)
    }

    /// Begins to accept connections.
    func listen(_ listening: @escaping (Endpoint) -> Void) {
        let floor = NIOLoopBound(floor, eventLoop: eventLoop)
        let logger = logger
        let handshakeTimeout = settings.handshakeTimeout
        ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try Entrance(floor: floor, logger: logger, timeout: handshakeTimeout)
                        .configure(channel)
                }
            }
            .bind(host: settings.address.host, port: settings.address.port)
            .assumeIsolated()
            .whenComplete { [self] result in
                switch result {
                case .success(let listener): opened(listener, listening)
                case .failure(let error):
                    let reason = SystemFailure.sentence(for: error)
                    let address = settings.address.description
                    end.fail(PeerError.cannotListen(address: address, reason: reason))
                }
            }
    }

    /// Stops accepting, says goodbye, and ends when all have left or the grace is over.
    func stop() {
        guard !isStopping else { return }
        isStopping = true
        logger.info("stopping")
        listener?.close(promise: nil)
        alarms.start(.grace, after: settings.grace) { [self] in finish() }
        floor.stop { [self] in finish() }
    }

    private func opened(_ listener: any Channel, _ listening: (Endpoint) -> Void) {
        self.listener = listener
        if isStopping { listener.close(promise: nil) }
        let port = listener.localAddress?.port ?? settings.address.port
        let host = listener.localAddress?.ipAddress ?? settings.address.host
        let address = Endpoint(host: host, port: port)
        logger.info(
            "listening",
            metadata: [
                "address": "\(address)",
                "path": "\(DashboardSettings.path)",
                "received": "\(settings.received ?? "not kept")",
            ]
        )
        listening(address)
    }

    private func finish() {
        guard !isFinished else { return }
        isFinished = true
        alarms.stopAll()
        let health = floor.health(at: .now)
        logger.info(
            "stopped",
            metadata: ["accepted": "\(health.accepted)", "refused": "\(health.refused)"]
        )
        end.succeed()
    }
}
