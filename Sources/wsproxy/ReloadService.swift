import Logging
import ServiceLifecycle
import Transport
import UnixSignals
import Vocabulary

/// Reads the files of TLS again whenever SIGHUP comes.
struct ReloadService: Service {
    private let logger: Logger
    private let joined = AsyncStream<ProxyHandle>.makeStream()

    init(logger: Logger) {
        self.logger = logger
    }

    /// Takes a proxy that has begun to listen.
    func join(_ handle: ProxyHandle) {
        joined.continuation.yield(handle)
    }

    /// Waits for signals until graceful shutdown.
    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        await withTaskGroup(of: Void.self) { group in
            let handles = HandleShelf()
            group.addTask {
                for await handle in joined.stream.cancelOnGracefulShutdown() {
                    await handles.add(handle)
                }
            }
            for await _ in signals.cancelOnGracefulShutdown() {
                for handle in await handles.all { await reload(handle) }
            }
            joined.continuation.finish()
        }
    }

    private func reload(_ handle: ProxyHandle) async {
        do {
            try await handle.reloadSecurity()
            logger.info("the files of TLS were read again", metadata: ["proxy": "\(handle.name)"])
        } catch {
            let reason = (error as? any OperatorFacingError)?.sentence ?? "\(error)"
            logger.error(
                "the files of TLS stay as they were",
                metadata: ["proxy": "\(handle.name)", "reason": "\(reason)"]
            )
        }
    }
}

private actor HandleShelf {
    private(set) var all: [ProxyHandle] = []

    func add(_ handle: ProxyHandle) { all.append(handle) }
}
