internal import Documents
internal import Faults
public import Vocabulary

// Scenarios: their routes, and what is due of those that are played.
extension ProxyBook {
    /// Runs that are kept once they are over.
    static let runCountMax = 100

    // MARK: Calls

    mutating func startScenario(
        _ request: ControlRequest,
        at now: Instant
    ) throws(ControlError) -> ControlTurn {
        let document = try request.bodyDocument()
        let scenario: Scenario
        do throws(DocumentError) {
            scenario = try Scenario(document)
        } catch {
            throw ControlError(error)
        }
        let name = try onlyProxy(unless: scenario.proxy)
        if let other = runs.first(where: { $0.proxy == name && $0.state == .running }) {
            throw ControlError(
                409,
                "scenario \(other.id) ('\(other.scenario.name)') is running on '\(name)'; stop it "
                    + "first"
            )
        }
        try check(scenario, on: try proxy(name))
        lastRunID += 1
        let run = ScenarioRun(
            id: lastRunID,
            scenario,
            proxy: name,
            seed: scenario.seed ?? seed,
            at: now
        )
        if runs.count >= Self.runCountMax,
            let old = runs.firstIndex(where: { $0.state != .running })
        {
            runs.remove(at: old)
        }
        runs.append(run)
        let id = run.id
        return follow(wake(at: now)) { book, _ in
            .reply(.json(201, book.run(id)?.detail(at: now, after: 0) ?? "{}"))
        }
    }

    func listScenarios(at now: Instant) -> ControlReply {
        let list = runs.map { JSONText.object($0.summary(at: now)) }
        return .json("[" + list.joined(separator: ",") + "]")
    }

    func showScenario(
        _ id: String,
        _ request: ControlRequest,
        at now: Instant
    ) throws(ControlError) -> ControlReply {
        let run = try scenarioRun(id)
        let after = request.parameter("after").flatMap { Int($0) } ?? 0
        return .json(run.detail(at: now, after: max(after, 0)))
    }

    mutating func stopScenario(
        _ id: String,
        at now: Instant
    ) throws(ControlError) -> ControlTurn {
        let run = try scenarioRun(id)
        guard run.state == .running else {
            return .reply(.json(run.detail(at: now, after: 0)))
        }
        return follow(end(run.id, .stopped, at: now)) { book, _ in
            .reply(.json(book.run(run.id)?.detail(at: now, after: 0) ?? "{}"))
        }
    }

    private func scenarioRun(_ id: String) throws(ControlError) -> ScenarioRun {
        guard let number = UInt64(id), let run = run(number) else {
            throw ControlError(404, "scenario not found")
        }
        return run
    }

    private func run(_ id: UInt64) -> ScenarioRun? { runs.first { $0.id == id } }

    /// Finds out what could not work, by playing the names of toxics.
    private func check(_ scenario: Scenario, on proxy: ControlledProxy) throws(ControlError) {
        let present = Set(proxy.toxics.map(\.name))
        var names = present
        for call in scenario.calls.dropLast() {
            guard let step = call.step.map({ scenario.steps[$0] }) else { continue }
            func refuse(_ text: String) -> ControlError {
                ControlError(400, "step \(step.number): \(text)")
            }
            switch step.action {
            case .add(let wish) where call.isUndo: names.remove(wish.name)
            case .add(let wish):
                guard names.insert(wish.name).inserted else {
                    throw refuse("toxic '\(wish.name)' already exists by then")
                }
            case .remove(let name) where call.isUndo: names.insert(name)
            case .remove(let name):
                guard names.remove(name) != nil else {
                    throw refuse("toxic '\(name)' does not exist by then")
                }
            case .update(let name, _) where !call.isUndo && !names.contains(name):
                throw refuse("toxic '\(name)' does not exist by then")
            default: break
            }
        }
    }

    // MARK: Playing

    /// When a scenario has something to do.
    public var wakeTime: Instant? { runs.compactMap(\.wakeTime).min() }

    /// Does what is due, in order.
    ///
    /// - Returns: What has to be done outside for it; the reply says nothing.
    public mutating func wake(at now: Instant) -> ControlTurn {
        let due = runs.indices.filter { runs[$0].wakeTime.map { $0 <= now } ?? false }
        let first = due.min { left, right in
            (runs[left].wakeTime ?? now) < (runs[right].wakeTime ?? now)
        }
        guard let first, let call = runs[first].takeDue(at: now) else { return .reply(.noContent) }
        let id = runs[first].id
        guard let index = call.step else {
            let isOver = runs[first].isOver
            let cleaning = isOver ? end(id, .done, at: now) : clean(id, offset: call.offset)
            return follow(cleaning) { book, _ in book.wake(at: now) }
        }
        let step = runs[first].scenario.steps[index]
        let turn = call.isUndo ? undo(step, of: id) : make(step, of: id)
        return follow(turn) { book, reply in
            book.settle(id, step, call, reply, at: now)
        }
    }

    /// Notes how a step went, and goes on.
    private mutating func settle(
        _ id: UInt64,
        _ step: Scenario.Step,
        _ call: Scenario.Call,
        _ reply: ControlReply,
        at now: Instant
    ) -> ControlTurn {
        let text = (call.isUndo ? "undo: " : "") + step.action.text
        change(id) {
            $0.log.append(.init(offset: call.offset, step: step.number, text: text))
        }
        guard reply.status >= 300 else { return wake(at: now) }
        change(id) { $0.failure = "step \(step.number) (\(text)): \(reply.reason)" }
        return follow(end(id, .failed, at: now)) { book, _ in book.wake(at: now) }
    }

    /// Ends a run, and undoes what it has put in place.
    mutating func end(
        _ id: UInt64,
        _ state: ScenarioRun.State,
        at now: Instant
    ) -> ControlTurn {
        guard let run = run(id) else { return .reply(.noContent) }
        change(id) { $0.state = state }
        let elapsed = now.since(run.started)
        return clean(id, offset: state == .done ? min(elapsed, run.endOffset) : elapsed)
    }

    /// Puts every part back that a run has touched in this pass, the last one first.
    private mutating func clean(_ id: UInt64, offset: Duration) -> ControlTurn {
        guard var formers = run(id)?.formers, let (part, former) = formers.popLast() else {
            change(id) { $0.undos = [:] }
            return .reply(.noContent)
        }
        change(id) { $0.formers = formers }
        let step = run(id)?.undos.filter { $0.value.part == part }.keys.min() ?? 0
        let source = run(id)?.source(step: step) ?? ""
        guard let turn = restore(former, of: part, id, source: source) else {
            return clean(id, offset: offset)
        }
        let action = run(id)?.scenario.steps.first { $0.number == step }?.action.text ?? ""
        change(id) {
            $0.log.append(.init(offset: offset, step: step, text: "undo: \(action)"))
        }
        return follow(turn) { book, reply in
            if reply.status >= 300 {
                book.change(id) {
                    $0.failure = $0.failure ?? "undo of step \(step) (\(action)): \(reply.reason)"
                }
            }
            return book.clean(id, offset: offset)
        }
    }

    private mutating func change(_ id: UInt64, _ body: (inout ScenarioRun) -> Void) {
        guard let index = runs.firstIndex(where: { $0.id == id }) else { return }
        body(&runs[index])
    }

    // MARK: Steps

    private mutating func make(_ step: Scenario.Step, of id: UInt64) -> ControlTurn {
        guard let run = run(id) else { return .reply(.noContent) }
        let request = ControlRequest(
            method: "POST",
            path: "/scenarios",
            source: run.source(step: step.number)
        )
        do throws(ControlError) {
            return try make(step, run, request)
        } catch {
            return .reply(ControlReply(error))
        }
    }

    private mutating func make(
        _ step: Scenario.Step,
        _ run: ScenarioRun,
        _ request: ControlRequest
    ) throws(ControlError) -> ControlTurn {
        let name = run.proxy
        let proxy = try proxy(name)
        func noting(_ former: ScenarioRun.Former, _ part: ScenarioRun.Part, _ book: inout ProxyBook)
        {
            book.change(run.id) { $0.note(former, of: part, before: step.number) }
        }
        switch step.action {
        case .add(let wish):
            let turn = try add(wish, to: name, ownSeed: run.seed, request)
            if let toxic = proxies[name]?.toxics.last {
                noting(.toxic(nil), .toxic(toxic.id), &self)
            }
            return turn
        case .remove(let toxicName):
            let toxic = try toxic(toxicName, of: name)
            noting(.toxic(toxic), .toxic(toxic.id), &self)
            return try deleteToxic(toxicName, of: name, request)
        case .update(let toxicName, let members):
            let toxic = try toxic(toxicName, of: name)
            let turn = try update(toxicName, of: name, members, request)
            noting(.toxic(toxic), .toxic(toxic.id), &self)
            return turn
        case .partition(let extent):
            noting(.partition(proxy.partition.extent), .partition, &self)
            return applying(setPartition(extent, of: name, by: request)) { _ in .noContent }
        case .cut(let how):
            return .work(.terminate(proxies: [name], nil, how, source: request.source)) {
                _,
                result in
                .reply(result == .timedOut ? .timedOut : .noContent)
            }
        case .mark(let label):
            return .work(.mark(proxies: [name], label: label, source: request.source)) {
                _,
                result in
                .reply(result == .timedOut ? .timedOut : .noContent)
            }
        case .disable, .enable:
            noting(.listener(isEnabled: proxy.isEnabled), .listener, &self)
            var isEnabled = false
            if case .enable = step.action { isEnabled = true }
            return try setEnabled(isEnabled, of: proxy, request)
        }
    }

    private mutating func undo(_ step: Scenario.Step, of id: UInt64) -> ControlTurn {
        guard let run = run(id), let (part, former) = run.undos[step.number] else {
            return .reply(.noContent)
        }
        let source = run.source(step: step.number)
        return restore(former, of: part, id, source: source) ?? .reply(.noContent)
    }

    /// Makes a part what it was; `nil` when it is that already, or is no more.
    private mutating func restore(
        _ former: ScenarioRun.Former,
        of part: ScenarioRun.Part,
        _ id: UInt64,
        source: String
    ) -> ControlTurn? {
        guard let name = run(id)?.proxy, let proxy = proxies[name] else { return nil }
        let request = ControlRequest(method: "DELETE", path: "/scenarios", source: source)
        switch (former, part) {
        case (.partition(let extent), _):
            guard let change = setPartition(extent, of: name, by: request) else { return nil }
            return applying(change) { _ in .noContent }
        case (.listener(let isEnabled), _):
            guard proxy.isEnabled != isEnabled else { return nil }
            do throws(ControlError) {
                return try setEnabled(isEnabled, of: proxy, request)
            } catch {
                return .reply(ControlReply(error))
            }
        case (.toxic(let toxic), .toxic(let toxicID)):
            guard let change = put(toxic, insteadOf: toxicID, in: proxy, request) else {
                return nil
            }
            return applying(change) { _ in .noContent }
        case (.toxic, _): return nil
        }
    }

    /// Makes a toxic what it was.
    private mutating func put(
        _ toxic: Toxic?,
        insteadOf id: UInt64,
        in proxy: ControlledProxy,
        _ request: ControlRequest
    ) -> PlanChange? {
        let index = proxy.toxics.firstIndex { $0.id == id }
        let record: FaultChange
        switch (index, toxic) {
        case (nil, nil): return nil
        case (let index?, nil):
            record = change(.removed, proxy.toxics[index], by: request)
            proxies[proxy.name]?.toxics.remove(at: index)
        case (let index?, let toxic?):
            guard proxy.toxics[index] != toxic else { return nil }
            record = change(.updated, toxic, by: request)
            proxies[proxy.name]?.toxics[index] = toxic
        case (nil, let toxic?):
            // Somebody else has taken the name meanwhile.
            guard !proxy.toxics.contains(where: { $0.name == toxic.name }) else { return nil }
            record = change(.added, toxic, by: request)
            proxies[proxy.name]?.toxics.append(toxic)
        }
        return PlanChange(proxy: proxy.name, plan: plan(of: proxy.name), changes: [record])
    }

    private func applying(
        _ change: PlanChange?,
        reply: @escaping @Sendable (ProxyBook) -> ControlReply
    ) -> ControlTurn {
        applying(change.map { [$0] } ?? [], reply: reply)
    }

    /// Goes on once a turn has come to its reply.
    mutating func follow(
        _ turn: ControlTurn,
        _ next: @escaping @Sendable (inout ProxyBook, ControlReply) -> ControlTurn
    ) -> ControlTurn {
        switch turn {
        case .reply(let reply): return next(&self, reply)
        case .watch: return turn
        case .work(let work, let then):
            return .work(work) { book, result in
                let turn = then(&book, result)
                return book.follow(turn, next)
            }
        }
    }
}
