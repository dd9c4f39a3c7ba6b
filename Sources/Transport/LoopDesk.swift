internal import CaptureFormat
internal import Faults
internal import NIOCore
internal import Telemetry
internal import Vocabulary

/// Where other threads hand in what is for one loop's ``ProxyLoop``.
struct LoopDesk: Sendable {
    let eventLoop: any EventLoop
    /// Raised while the loop is held by its capture.
    let hold = HoldFlag()
    private let loop: NIOLoopBoundBox<ProxyLoop?>

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        loop = NIOLoopBoundBox<ProxyLoop?>.makeBoxSendingValue(nil, eventLoop: eventLoop)
    }

    /// Begins recording.
    func start(_ starter: ProxyLoop.Starter) async throws {
        try await eventLoop.submit { loop.value = try starter.start(on: eventLoop, hold: hold) }
            .get()
    }

    /// Takes an accepted client; called on the loop.
    func adopt(_ channel: any Channel) throws {
        try loop.value?.adopt(channel)
    }

    /// The file that is being written; `nil` before there is one.
    func capturePath() async throws -> String? {
        try await eventLoop.submit { loop.value?.capturePath }.get()
    }

    /// Swaps the plan of faults.
    func apply(_ plan: FaultPlan, _ changes: [FaultChangeRecord]) -> EventLoopFuture<Void> {
        eventLoop.submit { loop.value?.apply(plan, changes) }
    }

    /// Passes clients that come from now on to another upstream.
    func retarget(_ upstream: Endpoint) -> EventLoopFuture<Void> {
        eventLoop.submit { loop.value?.retarget(upstream) }
    }

    /// Lets connections that come from now on speak TLS with other files.
    func secure(_ security: TLSContexts) -> EventLoopFuture<Void> {
        eventLoop.submit { loop.value?.secure(security) }
    }

    /// Ends every connection because somebody asked for it.
    func endAll(_ change: FaultChangeRecord, cause: String) -> EventLoopFuture<Void> {
        eventLoop.submit { loop.value?.endAll(change, cause: cause) }
    }

    /// Ends one connection, or all, as somebody has asked for it.
    func terminate(
        _ id: ConnectionID?,
        _ how: Termination,
        source: String
    ) -> EventLoopFuture<Int> {
        eventLoop.submit { loop.value?.terminate(id, how, source: source) ?? 0 }
    }

    /// What the loop has done, and the connections that are asked for; `nil` when it is over.
    func snapshot(_ query: ConnectionQuery) -> EventLoopFuture<ProxySnapshot?> {
        eventLoop.submit { loop.value?.snapshot(query) }
    }

    /// Ends the capture's file and begins a new one.
    func rotate() -> EventLoopFuture<CaptureSnapshot?> {
        eventLoop.submit { try loop.value?.rotate() }
    }

    /// Puts a label on the timeline.
    func mark(_ mark: MarkRecord) -> EventLoopFuture<Void> {
        eventLoop.submit { loop.value?.mark(mark) }
    }

    /// Asks every connection to end, and answers whether all of them did within the grace period.
    func shutDown() -> EventLoopFuture<Bool> {
        eventLoop.flatSubmit {
            loop.value?.shutDown() ?? eventLoop.makeSucceededFuture(true)
        }
    }

    /// Seals the capture.
    func finish() async throws {
        try await eventLoop.submit {
            try loop.value?.finish()
            loop.value = nil
        }.get()
    }
}
