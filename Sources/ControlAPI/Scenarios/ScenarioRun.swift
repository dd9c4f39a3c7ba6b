internal import Faults
public import Vocabulary

/// A scenario that is played, or was: where it has got to, and what is due.
///
/// Time comes in as an argument. The same scenario gives the same calls at the same offsets.
public struct ScenarioRun: Sendable {
    /// Where it has got to.
    public enum State: String, Sendable {
        /// Steps are still to come.
        case running
        /// All steps were made, and undone.
        case done
        /// Somebody has stopped it.
        case stopped
        /// A step could not be made.
        case failed
    }

    /// A part of a proxy that a step touches.
    enum Part: Hashable {
        case toxic(UInt64)
        case partition
        case listener
    }

    /// How a part was before.
    enum Former: Equatable {
        /// The toxic; `nil` when there was none.
        case toxic(Toxic?)
        case partition(ProxyPartition.Extent?)
        case listener(isEnabled: Bool)
    }

    /// One thing that was done.
    struct Entry {
        var offset: Duration
        var step: Int
        var text: String
    }

    /// Unique among all runs of a process.
    public let id: UInt64
    /// The proxy.
    public let proxy: String
    /// What the chance of its toxics follows from.
    public let seed: UInt64
    let scenario: Scenario
    let started: Instant
    /// Where it has got to.
    public internal(set) var state = State.running
    var failure: String?
    var log: [Entry] = []
    /// How each part was before the pass, in the order in which they were touched.
    var formers: [(part: Part, former: Former)] = []
    /// How the parts of a step were before it.
    var undos: [Int: (part: Part, former: Former)] = [:]
    private var pass = 0
    private var position = 0

    init(id: UInt64, _ scenario: Scenario, proxy: String, seed: UInt64, at now: Instant) {
        self.id = id
        self.scenario = scenario
        self.proxy = proxy
        self.seed = seed
        started = now
    }

    /// When something is due; `nil` when nothing is any more.
    public var wakeTime: Instant? { next.map { started.advanced(by: $0.offset) } }

    /// What is due next, its offset counted from the beginning of the run.
    var next: Scenario.Call? {
        guard state == .running, pass < scenario.passCount else { return nil }
        var call = scenario.calls[position]
        call.offset += scenario.length * pass
        return call
    }

    /// Takes what is due; `nil` when nothing is.
    mutating func takeDue(at now: Instant) -> Scenario.Call? {
        guard let call = next, started.advanced(by: call.offset) <= now else { return nil }
        position += 1
        if position == scenario.calls.count {
            position = 0
            pass += 1
        }
        return call
    }

    /// When the last pass ends.
    var endOffset: Duration { scenario.length * scenario.passCount }

    /// Whether every pass is over.
    var isOver: Bool { pass == scenario.passCount }

    /// How many of the calls have been taken.
    var takenCount: Int { pass * scenario.calls.count + position }

    /// Notes how a part was before a step.
    mutating func note(_ former: Former, of part: Part, before step: Int) {
        undos[step] = (part, former)
        if !formers.contains(where: { $0.part == part }) { formers.append((part, former)) }
    }

    /// Who asks for a step, for the record.
    func source(step: Int) -> String { "scenario \(scenario.name) step \(step)" }
}

extension ScenarioRun {
    /// In one line, for lists.
    func summary(at now: Instant) -> [(String, String)] {
        var members = [
            ("id", String(id)), ("name", JSONText.quoted(scenario.name)),
            ("proxy", JSONText.quoted(proxy)), ("state", JSONText.quoted(state.rawValue)),
            ("seed", String(seed)), ("passes", String(scenario.passCount)),
            ("length", scenario.length.seconds), ("calls", String(callCount)),
            ("done", String(min(takenCount, callCount))),
        ]
        if state == .running { members.append(("elapsed", now.since(started).seconds)) }
        if let next {
            var parts = [("at", next.offset.seconds)]
            if let index = next.step {
                let step = scenario.steps[index]
                parts.append(("step", String(step.number)))
                let text = (next.isUndo ? "undo: " : "") + step.action.text
                parts.append(("does", JSONText.quoted(text)))
            } else {
                parts.append(("does", JSONText.quoted("end of the pass")))
            }
            members.append(("next", JSONText.object(parts)))
        }
        if let failure { members.append(("error", JSONText.quoted(failure))) }
        return members
    }

    /// With what was done, from an entry on.
    func detail(at now: Instant, after count: Int) -> String {
        let entries = log.dropFirst(count).map { entry in
            JSONText.object([
                ("at", entry.offset.seconds), ("step", String(entry.step)),
                ("does", JSONText.quoted(entry.text)),
            ])
        }
        return JSONText.object(
            summary(at: now) + [("log", "[" + entries.joined(separator: ",") + "]")]
        )
    }

    private var callCount: Int { scenario.calls.count * scenario.passCount }
}

extension Duration {
    /// In seconds, as short as it can be written: `5`, `0.25`.
    var seconds: String {
        let milliseconds = inNanoseconds / 1_000_000
        let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        guard rest != 0 else { return String(whole) }
        var digits = String(1000 + rest).dropFirst()
        while digits.last == "0" { digits = digits.dropLast() }
        return "\(whole).\(digits)"
    }
}
