public import ControlAPI
public import Vocabulary

/// Takes calls one after another, and has done outside what they ask for.
public actor ControlDesk {
    /// Does a piece of work where the sockets are.
    public typealias Worker = @Sendable (ControlWork) async -> ControlWork.Result

    /// Calls that may wait for the one that is being answered; more are answered 503 at once.
    static let waitingCountMax = 256
    /// Calls that only look and may be answered side by side; more are answered 503 at once.
    static let lookingCountMax = 64
    /// How long a call may take, however much it asks for.
    public static let deadlineDefault = Duration.seconds(25)

    private var book: ProxyBook
    private let worker: Worker
    private let deadline: Duration
    private let clock = ContinuousClock()
    private let opened = ContinuousClock().now
    private var alarm: (time: Instant, task: Task<Void, Never>)?
    private var isBusy = false
    /// Calls that only look, and are being answered.
    private var lookingCount = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Opens the desk.
    ///
    /// - Parameters:
    ///   - book: What is known at the start.
    ///   - deadline: How long a call may take, however much it asks for.
    ///   - worker: Does the work.
    public init(
        book: ProxyBook,
        deadline: Duration = ControlDesk.deadlineDefault,
        worker: @escaping Worker
    ) {
        self.book = book
        self.deadline = deadline
        self.worker = worker
    }

    /// Notes where a proxy of the configuration listens, now that it does.
    public func noteListening(_ name: String, at endpoint: Endpoint) {
        book.noteListening(name, at: endpoint)
    }

    /// Answers a call: one that changes something once those before it are answered, one that only looks
    /// at once.
    public func answer(_ request: ControlRequest) async -> ControlAnswer {
        ProxyBook.onlyLooks(request) ? await look(request) : await change(request)
    }

    private func look(_ request: ControlRequest) async -> ControlAnswer {
        guard lookingCount < Self.lookingCountMax else { return .reply(.timedOut) }
        lookingCount += 1
        defer { lookingCount -= 1 }
        return await finish(book.answer(request, at: now), since: clock.now)
    }

    private func change(_ request: ControlRequest) async -> ControlAnswer {
        let start = clock.now
        guard waiting.count < Self.waitingCountMax else { return .reply(.timedOut) }
        await takeTurn()
        defer { passTurn() }
        guard clock.now - start < deadline else { return .reply(.timedOut) }
        defer { setAlarm() }
        return await finish(book.answer(request, at: now), since: start)
    }

    /// Does what a turn asks for until it comes to its reply.
    private func finish(
        _ turn: ControlTurn,
        since start: ContinuousClock.Instant
    ) async -> ControlAnswer {
        var turn = turn
        while true {
            switch turn {
            case .reply(let reply): return .reply(reply)
            case .watch(let query): return .watch(query)
            case .work(let work, let then):
                let left = deadline - (clock.now - start)
                let result = await perform(work, within: left)
                turn = then(&book, result)
            }
        }
    }

    // MARK: Scenarios

    /// A time that only goes forward.
    private var now: Instant {
        Instant.epoch.advanced(by: clock.now - opened)
    }

    /// Sees to it that the book is woken when a scenario has something to do.
    private func setAlarm() {
        let time = book.wakeTime
        guard time != alarm?.time else { return }
        alarm?.task.cancel()
        alarm = nil
        guard let time else { return }
        let wait = time.since(now)
        let task = Task {
            do {
                try await Task.sleep(for: wait)
            } catch {
                return
            }
            await ring()
        }
        alarm = (time, task)
    }

    private func ring() async {
        await takeTurn()
        defer { passTurn() }
        alarm = nil
        _ = await finish(book.wake(at: now), since: clock.now)
        setAlarm()
    }

    /// Has work done, and goes on without it when it takes too long; it may still be done then.
    private func perform(_ work: ControlWork, within limit: Duration) async -> ControlWork.Result {
        guard limit > .zero else { return .timedOut }
        let worker = worker
        let answers = AsyncStream<ControlWork.Result>.makeStream()
        Task { answers.continuation.yield(await worker(work)) }
        let waiting = Task {
            try await Task.sleep(for: limit)
            answers.continuation.yield(.timedOut)
        }
        defer {
            waiting.cancel()
            answers.continuation.finish()
        }
        for await answer in answers.stream { return answer }
        return .timedOut
    }

    private func takeTurn() async {
        guard isBusy else {
            isBusy = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func passTurn() {
        guard !waiting.isEmpty else {
            isBusy = false
            return
        }
        waiting.removeFirst().resume()
    }
}
