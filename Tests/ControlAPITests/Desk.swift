import ControlAPI
import Documents
import Faults
import Telemetry
import Testing
import Vocabulary

/// A book with a pretended outside: ports that are taken, and what was asked for.
struct Desk {
    /// How proxies stand when they are asked.
    var snapshots: [String: @Sendable (ConnectionQuery) -> ProxySnapshot] = [:]
    /// How many connections there are to end.
    var terminated = 1
    /// Stands for a stream of events.
    private let watched = ControlReply(200, "text/event-stream", "")
    /// The files that a rotation finishes, and what goes wrong with it.
    var sealed: [CaptureSnapshot] = []
    var rotationFailures: [String] = []

    var book: ProxyBook
    /// What has been done outside, one line a piece of work.
    private(set) var done: [String] = []
    /// Ports on which nobody can listen.
    var takenPorts: Set<Int> = []
    /// The outside does not answer.
    var isStuck = false
    /// The time, which only ``run(until:)`` moves.
    private(set) var now = Instant.epoch
    /// The plan that each proxy's connections suffer.
    private(set) var plans: [String: FaultPlan] = [:]

    /// Whether each answer is held against the description of the API.
    private let isDescribed: Bool

    init(isDescribed: Bool = true) {
        self.isDescribed = isDescribed
        book = ProxyBook(proxies: [], seed: 1)
    }

    /// With a running proxy `p` on 127.0.0.1:3310, and a running `q` with two toxics.
    static func prepared() -> Desk {
        var desk = Desk()
        _ = desk.call(
            "POST",
            "/proxies",
            #"{"name":"p","listen":"localhost:3310","upstream":"h:1"}"#
        )
        _ = desk.call(
            "POST",
            "/proxies",
            #"{"name":"q","listen":"localhost:3311","upstream":"h:2"}"#
        )
        _ = desk.call(
            "POST",
            "/proxies/q/toxics",
            #"{"type":"latency","attributes":{"latency":5}}"#
        )
        _ = desk.call(
            "POST",
            "/proxies/q/toxics",
            #"{"type":"timeout","stream":"upstream","name":"t"}"#
        )
        desk.done = []
        return desk
    }

    mutating func call(
        _ method: String,
        _ path: String,
        _ body: String = "",
        document: Document? = nil,
        userAgent: String? = nil
    ) -> ControlReply {
        call(method, path, Array(body.utf8), document: document, userAgent: userAgent)
    }

    mutating func call(
        _ method: String,
        _ path: String,
        _ body: [UInt8],
        document: Document? = nil,
        userAgent: String? = nil
    ) -> ControlReply {
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        let request = ControlRequest(
            method: method,
            path: parts.first ?? "",
            query: parts.count > 1 ? parts[1] : "",
            userAgent: userAgent,
            body: body,
            document: document,
            source: "test"
        )
        let reply = finish(book.answer(request, at: now))
        if isDescribed, !Description.allows(reply.status, for: method, request.path) {
            Issue.record("\(method) \(path) was answered \(reply.status), which is not described")
        }
        return reply
    }

    /// Lets time pass; what is due on the way is done when it is due.
    mutating func run(until seconds: Double) {
        let end = Instant.epoch.advanced(by: .seconds(seconds))
        while let due = book.wakeTime, due <= end {
            now = max(due, now)
            let time = now.since(.epoch).inSeconds
            let count = done.count
            _ = finish(book.wake(at: now))
            for index in done.indices.dropFirst(count) { done[index] = "\(time) \(done[index])" }
        }
        now = end
    }

    private mutating func finish(_ turn: ControlTurn) -> ControlReply {
        var turn = turn
        while true {
            switch turn {
            case .reply(let reply): return reply
            case .watch(let query):
                done.append("watch \(query.proxy ?? "all") \(query.framesPerSecond)")
                return watched
            case .work(let work, let then): turn = then(&book, perform(work))
            }
        }
    }

    /// What has been done outside since the last call.
    mutating func take() -> [String] {
        defer { done = [] }
        return done
    }

    private mutating func perform(_ work: ControlWork) -> ControlWork.Result {
        guard !isStuck else { return .timedOut }
        switch work {
        case .start(let proxy, let listen, let upstream, _):
            guard !takenPorts.contains(listen.port) else {
                done.append("start \(proxy) refused")
                return .failed(reason: "address already in use")
            }
            let port = listen.port == 0 ? 40_000 : listen.port
            done.append("start \(proxy) \(listen.host):\(port) -> \(upstream)")
            return .listening(Endpoint(host: listen.host, port: port))
        case .stop(let proxy, _): done.append("stop \(proxy)")
        case .remove(let proxy, _): done.append("remove \(proxy)")
        case .terminate(let proxies, let id, let how, _):
            done += proxies.map { "\(how.cause) \(id.map { "\($0) " } ?? "")\($0)" }
            return .ended(terminated)
        case .observe(let proxies, let query):
            return .snapshots(proxies.compactMap { snapshots[$0]?(query) })
        case .rotate(let proxies):
            done += proxies.map { "rotate \($0)" }
            return .sealed(
                proxies.map { name in
                    var shot = ProxySnapshot(name: name)
                    shot.captures = sealed
                    return shot
                },
                failures: rotationFailures
            )
        case .mark(let proxies, let label, _):
            done += proxies.map { "mark \(label) on \($0)" }
        case .apply(let changes):
            for change in changes {
                plans[change.proxy] = change.plan
                for one in change.changes {
                    done.append("\(one.action) \(one.toxic?.name ?? "") on \(change.proxy)")
                }
            }
        }
        return .done
    }
}
