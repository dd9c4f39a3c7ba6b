internal import Vocabulary

/// A timeline of faults for one proxy, checked as a whole before anything of it happens.
///
/// ```yaml
/// name: lost answers
/// steps:
///   - at: 5s
///     partition: server-to-client
///     for: 3s
///   - {at: 12s, cut: reset}
/// ```
///
/// - **In:** a document (``init(_:)``).
/// - **Out:** ``calls``: what is to be done, and when, counted from the beginning of a pass.
/// - **Never:** starts anything; ``ScenarioRun`` says what is due.
public struct Scenario: Sendable {
    /// What a step does.
    enum Action: Sendable {
        case add(ToxicWish)
        case remove(String)
        case update(String, JSONMembers)
        case partition(ProxyPartition.Extent)
        case cut(Termination)
        case mark(String)
        case disable
        case enable
    }

    struct Step: Sendable {
        /// From 1, as they stand in the text.
        var number: Int
        var at: Duration
        var action: Action
        /// When it is undone, counted from its beginning; `nil` for the end of the pass.
        var lasts: Duration?
    }

    /// One thing that is due.
    struct Call: Equatable, Sendable {
        var offset: Duration
        /// The step, counted from 0; `nil` for the end of a pass, when all is undone that is left.
        var step: Int?
        var isUndo = false
    }

    /// Steps at most.
    public static let stepCountMax = 1000
    /// Calls of all passes at most.
    public static let callCountMax = 10_000

    /// What it is called; no longer than a proxy's name.
    public internal(set) var name = "scenario"
    /// What the chance of its toxics follows from; `nil` for the seed of the process.
    public internal(set) var seed: UInt64?
    /// The proxy; `nil` when there is only one.
    public internal(set) var proxy: String?
    /// How often it is played.
    public internal(set) var passCount = 1
    /// How long a pass takes.
    public internal(set) var length = Duration.zero
    var steps: [Step] = []
    /// The calls of one pass, in order.
    var calls: [Call] = []

    /// Puts the calls of a pass in order: what ends at a time goes before what begins then.
    mutating func arrange(length wanted: Duration?) {
        var calls: [Call] = []
        for (index, step) in steps.enumerated() {
            calls.append(Call(offset: step.at, step: index))
            guard let lasts = step.lasts else { continue }
            calls.append(Call(offset: step.at + lasts, step: index, isUndo: true))
        }
        let last = calls.map(\.offset).max() ?? .zero
        length = wanted ?? last
        let order = calls.enumerated().sorted { left, right in
            if left.element.offset != right.element.offset {
                return left.element.offset < right.element.offset
            }
            if left.element.isUndo != right.element.isUndo { return left.element.isUndo }
            return left.offset < right.offset
        }
        self.calls = order.map(\.element) + [Call(offset: length)]
    }
}

extension Scenario.Action {
    /// What it does, in the words of the file.
    var text: String {
        switch self {
        case .add(let wish): "add \(wish.name) (\(wish.type))"
        case .remove(let name): "remove \(name)"
        case .update(let name, _): "update \(name)"
        case .partition(let extent): "partition \(extent.rawValue)"
        case .cut(.fin): "cut fin"
        case .cut(.reset): "cut reset"
        case .cut(.close(let code, _)): "cut close \(code)"
        case .mark(let label): "mark \(label)"
        case .disable: "disable"
        case .enable: "enable"
        }
    }

    /// Whether there is anything that could be undone.
    var canBeUndone: Bool {
        switch self {
        case .cut, .mark: false
        default: true
        }
    }
}
