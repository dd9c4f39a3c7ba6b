public import ControlAPI
public import Vocabulary

/// Takes calls one after another, and has done outside what they ask for.
public actor ControlDesk {
    /// Does a piece of work where the sockets are.
    public typealias Worker = @Sendable (ControlWork) async -> ControlWork.Result

    /// Calls that may wait for the one that is being answered; more are answered 503 at once.
    static let waitingCountMax = 256
    /// How long a call may take, however much it asks for.
    static let deadline = Duration.seconds(25)

    private var book: ProxyBook
    private let worker: Worker
    private let clock = ContinuousClock()
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Opens the desk.
    public init(book: ProxyBook, worker: @escaping Worker) {
        self.book = book
        self.worker = worker
    }

    /// Notes where a proxy of the configuration listens, now that it does.
    public func noteListening(_ name: String, at endpoint: Endpoint) {
        book.noteListening(name, at: endpoint)
    }

    /// Answers a call.
    func answer(_ request: ControlRequest) async -> ControlReply {
        let start = clock.now
        guard waiting.count < Self.waitingCountMax else { return .timedOut }
        await takeTurn()
        defer { passTurn() }
        guard clock.now - start < Self.deadline else { return .timedOut }
        var turn = book.answer(request)
        while true {
            switch turn {
            case .reply(let reply): return reply
            case .work(let work, let then):
                let isLate = clock.now - start >= Self.deadline
                let result = isLate ? .timedOut : await worker(work)
                turn = then(&book, result)
            }
        }
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
