import CaptureFormat
import TestKit
import Testing
import Verification
import Vocabulary
import WebSocketWire

/// A run whose truth is known: a producer that numbers its messages, a network that breaks, and a
/// receiver that reads, acknowledges and dies.
///
/// The receiver's application has what it *read*; its kernel may hold more, which dies with it.
/// What
/// the verifier is shown is only what a proxy sees: frames, acknowledgements, and how far the
/// kernels
/// had come.
private struct SimulatedRun {
    private(set) var builder = HistoryBuilder()
    /// What the receiver's application read, in order: its log.
    private(set) var read: [String] = []
    /// What was published, in order: the journal.
    private(set) var published: [String] = []

    private var dice: SeededGenerator
    private let resends: Bool
    private var numbers: [String: Int] = [:]
    /// Published and not known to be accepted, oldest first.
    private var queue: [String] = []

    init(seed: UInt64) {
        dice = SeededGenerator(seed: seed)
        resends = Bool.random(using: &dice)
        let connectionCount = UInt64.random(in: 1...5, using: &dice)
        for number in 1...connectionCount {
            connect(ConnectionID(rawValue: number), isLast: number == connectionCount)
            // While there is no connection the producer goes on; some of it may be dropped.
            for _ in 0..<Int.random(in: 0...3, using: &dice) where number < connectionCount {
                publish()
            }
            if !resends, Bool.random(using: &dice) { queue.removeFirst(min(2, queue.count)) }
        }
    }

    private mutating func publish() {
        let stream = ["", "/a", "/b"].randomElement(using: &dice) ?? ""
        numbers[stream, default: 0] += 1
        let name = "\(numbers[stream, default: 0])\(stream)"
        published.append(name)
        queue.append(name)
    }

    private mutating func connect(_ connection: ConnectionID, isLast: Bool) {
        builder.open(connection)
        var sent: [String] = []
        var readCount = 0
        for _ in 0..<Int.random(in: 1...8, using: &dice) {
            for _ in 0..<Int.random(in: 0...4, using: &dice) { publish() }
            while sent.count < (resends ? queue.count : sent.count + queue.count) {
                let name = resends ? queue[sent.count] : queue.removeFirst()
                builder.send(
                    connection,
                    .clientToServer,
                    .text,
                    Array(History.text(name).utf8),
                    name: name
                )
                sent.append(name)
            }
            // The application reads some of what has come and acknowledges some of that.
            let target = Int.random(in: readCount...sent.count, using: &dice)
            while readCount < target {
                accept(sent[readCount])
                readCount += 1
            }
            if Bool.random(using: &dice), readCount > 0 {
                acknowledge(sent[..<readCount], on: connection)
            }
        }
        isLast && Bool.random(using: &dice)
            ? closeInOrder(connection, sent: sent, readCount: readCount)
            : breakOff(connection, sent: sent, readCount: readCount)
    }

    private mutating func accept(_ name: String) {
        if !read.contains(name) { read.append(name) }
    }

    private mutating func acknowledge(_ names: ArraySlice<String>, on connection: ConnectionID) {
        for stream in ["", "/a", "/b"] {
            let last = names.last { name in
                name.contains("/") ? name.hasSuffix(stream) && !stream.isEmpty : stream.isEmpty
            }
            guard let number = last?.split(separator: "/").first else { continue }
            let text = #"{"type":"ack","stream":"m\#(stream)","last_sequence":\#(number)}"#
            builder.send(connection, .serverToClient, .text, Array(text.utf8))
        }
    }

    private mutating func closeInOrder(
        _ connection: ConnectionID,
        sent: [String],
        readCount: Int
    ) {
        for name in sent[readCount...] { accept(name) }
        builder.close(connection, .clientToServer)
        builder.close(connection, .serverToClient)
        builder.end(connection, .closeHandshake, by: .client)
        queue.removeAll()
    }

    /// The connection breaks: of what was sent, some was read, some more was in the receiver's
    /// kernel,
    /// some more on the wire, and the rest never left.
    private mutating func breakOff(_ connection: ConnectionID, sent: [String], readCount: Int) {
        let onWire = Int.random(in: readCount...sent.count, using: &dice)
        let reached = Int.random(in: 0...onWire, using: &dice)
        builder.reach(connection, .clientToServer, through: reached == 0 ? "0" : sent[reached - 1])
        builder.write(connection, .clientToServer, through: onWire == 0 ? "0" : sent[onWire - 1])
        builder.end(connection, .reset)
        // A producer that resends learns from its connection what was accepted; here from the
        // truth.
        if resends { queue.removeAll { read.contains($0) } }
    }
}

@Suite struct `The verifier against runs whose truth is known` {
    @Test func `nothing that was lost passes and nothing that was delivered is called lost`() {
        var passed = 0
        var failed = 0
        for seed in Seeds.some(400) {
            let run = SimulatedRun(seed: seed)
            let truth = Set(run.published).subtracting(run.read)
            let verdict = verdict(
                run.builder.entries,
                journal: run.published.map { History.text($0) }
            )
            let lost = Set(numbers(verdict, .lost))
            let unknown = Set(numbers(verdict, .unknown))
            #expect(lost.isSubset(of: truth), "SEED=\(seed): false alarm")
            #expect(truth.isSubset(of: lost.union(unknown)), "SEED=\(seed): missed")
            #expect(verdict.found(.integrity) == [], "SEED=\(seed)")
            if verdict.outcome(.loss) == .pass { passed += 1 }
            if verdict.outcome(.loss) == .fail { failed += 1 }
        }
        // Both ways must have been tried, or the test proves nothing.
        #expect(passed > 20 || Seeds.some(2).count == 1)
        #expect(failed > 20 || Seeds.some(2).count == 1)
    }

    @Test func `with the receiver's log the verdict is the truth`() {
        for seed in Seeds.some(400) {
            let run = SimulatedRun(seed: seed)
            let truth = Set(run.published).subtracting(run.read)
            let verdict = verdict(
                run.builder.entries,
                received: run.read.map { History.text($0) },
                journal: run.published.map { History.text($0) }
            )
            #expect(Set(numbers(verdict, .lost)) == truth, "SEED=\(seed)")
            #expect(numbers(verdict, .unknown) == [], "SEED=\(seed)")
        }
    }

    /// The messages of an anomaly's findings, as `5/a`.
    private func numbers(_ verdict: Verdict, _ anomaly: Anomaly) -> [String] {
        let findings = (verdict[.loss]?.findings.held ?? []).filter { $0.anomaly == anomaly }
        var names: [String] = []
        for finding in findings {
            let stream = finding.stream?.dropFirst() ?? ""
            guard let sequences = finding.sequences else { continue }
            for number in sequences { names.append("\(number)\(stream)") }
        }
        return names
    }
}
