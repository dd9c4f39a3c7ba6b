internal import CaptureFormat
internal import Faults
internal import Recording
internal import Vocabulary
internal import WebSocketWire

internal import struct NIOCore.ByteBuffer

// What faults make of the bytes: a chain a direction, and what it says is carried out here.
//
// A connection that no fault touches has no chain, and its bytes never come by this file.
extension Relay {
    /// Takes a new plan, on a connection that may already be at work.
    mutating func plan(
        _ plan: FaultPlan,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        faultPlan = plan
        // A connection that is being dialled begins with the plan; one that stops is left alone.
        guard phase == .relaying, goodbye == nil else { return }
        for direction in Direction.allCases {
            if faults[direction] == nil {
                faults[direction] = chain(plan, direction, at: now)
            } else {
                var actions: [FaultChain.Action] = []
                faults.update(direction) { $0?.apply(plan, at: now, actions: &actions) }
                perform(actions, direction, at: now, capture: &capture, commands: &commands)
            }
            guard recorder.mode(direction) == .frames else { continue }
            beginFrames(
                direction,
                at: recorder.received(direction),
                now: now,
                capture: &capture,
                &commands
            )
        }
        settleFaults(commands: &commands)
    }

    /// A direction's faults as a plan has them; `nil` for none.
    func chain(_ plan: FaultPlan, _ direction: Direction, at now: Instant) -> FaultChain? {
        let chain = FaultChain(
            plan,
            direction,
            on: connection,
            isUpgraded: recorder.framesStart != nil,
            at: now
        )
        return chain.isIdle ? nil : chain
    }

    /// Whether faults on messages are at work, or may come and need what passes before them.
    var needsFrames: Bool {
        phase == .relaying
            && (faultPlan?.hasMessages == true || faultPlan?.touchesCompressed == true)
    }

    /// Lets faults on messages begin where a direction stands, if there are any or they need to know what
    /// passes before them.
    mutating func beginFrames(
        _ direction: Direction,
        at offset: ByteOffset,
        now: Instant,
        capture: inout CaptureEncoder,
        _ commands: inout [RelayCommand]
    ) {
        guard phase == .relaying, faults[direction]?.hasMessages != true,
            let agreement = recorder.agreement
        else { return }
        let plan = faultPlan ?? FaultPlan(seed: 0, touchesCompressed: false)
        let isAtBeginning = offset == startOfFrames(direction)
        let start = FrameStart(
            scanner: isAtBeginning ? FrameScanner() : recorder.scanner(direction),
            offset: offset,
            isInsideMessage: !isAtBeginning && recorder.isInsideMessage(direction),
            isAtBeginning: isAtBeginning,
            agreement: agreement,
            path: recorder.target
        )
        var chain =
            faults[direction]
            ?? FaultChain(
                FaultPlan(seed: plan.seed, heldByteCountMax: plan.heldByteCountMax),
                direction,
                on: connection,
                isUpgraded: true,
                at: now
            )
        var actions: [FaultChain.Action] = []
        chain.beginFrames(start, plan, at: now, actions: &actions)
        if faults[direction] != nil || !chain.isIdle { faults[direction] = chain }
        perform(actions, direction, at: now, capture: &capture, commands: &commands)
    }

    private func startOfFrames(_ direction: Direction) -> ByteOffset? {
        direction == .clientToServer
            ? recorder.framesStart?.client : recorder.framesStart?.server
    }

    /// Takes received bytes of a direction that has a chain.
    mutating func disturb(
        _ buffer: ByteBuffer,
        _ direction: Direction,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        var actions: [FaultChain.Action] = []
        faults.update(direction) { $0?.take(buffer, at: now, actions: &actions) }
        perform(actions, direction, at: now, capture: &capture, commands: &commands)
        settleFaults(commands: &commands)
    }

    /// Takes the end of a direction that has a chain.
    mutating func disturbEnd(
        _ direction: Direction,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        var actions: [FaultChain.Action] = []
        faults.update(direction) { $0?.end(at: now, actions: &actions) }
        perform(actions, direction, at: now, capture: &capture, commands: &commands)
        settleFaults(commands: &commands)
    }

    /// The time has come that a chain waited for.
    mutating func wakeFaults(
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        armedWakeTime = nil
        endGoodbye(at: now, commands: &commands)
        for direction in Direction.allCases where phase == .relaying {
            var actions: [FaultChain.Action] = []
            faults.update(direction) { $0?.wake(at: now, actions: &actions) }
            perform(actions, direction, at: now, capture: &capture, commands: &commands)
        }
        settleFaults(commands: &commands)
    }

    /// Takes all faults away; what they hold goes on now.
    mutating func releaseFaults(
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        for direction in Direction.allCases {
            var actions: [FaultChain.Action] = []
            faults.update(direction) { $0?.release(at: now, actions: &actions) }
            perform(actions, direction, at: now, capture: &capture, commands: &commands)
        }
        settleFaults(commands: &commands)
    }

    /// Keeps the other side from hearing that a leg broke while there is a partition between them.
    ///
    /// - Returns: Whether there is one. The break goes on, behind what came before it, when it is healed.
    mutating func holdBreak(
        of leg: Leg,
        isReset: Bool,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) -> Bool {
        let direction = leg.inbound
        guard phase == .relaying, faultPlan?.isPartitioned(direction) == true,
            isHolding(direction), liveLegs.contains(leg), liveLegs.contains(leg.other)
        else { return false }
        self[direction].isInputClosed = true
        var actions: [FaultChain.Action] = []
        faults.update(direction) {
            $0?.breakOff(isReset ? .reset : .close, at: now, actions: &actions)
        }
        perform(actions, direction, at: now, capture: &capture, commands: &commands)
        settleFaults(commands: &commands)
        commands.append(.close(leg))
        return true
    }

    /// Whether the bytes that came and have not gone on are still to go.
    func isHolding(_ direction: Direction) -> Bool {
        guard let chain = faults[direction], chain.cutCause == nil else { return false }
        return !self[direction].hasEnded
    }

    /// Ends the connection because somebody asked for it.
    mutating func cut(
        _ cut: Cut,
        cause: String,
        at now: Instant,
        commands: inout [RelayCommand]
    ) {
        recorder.ending.note(.proxy, .fault, detail: cause)
        switch cut {
        case .close:
            closeBothLegs(commands: &commands)
        case .reset:
            phase = .ending
            for leg in Leg.allCases where liveLegs.contains(leg) { commands.append(.reset(leg)) }
        case .closeHandshake(let wait):
            goodbyeDeadline = now.advanced(by: wait)
        }
    }

    /// Ends a connection to which a fault has said a close frame: its receiver has answered, or had time to.
    mutating func endGoodbye(at now: Instant, commands: inout [RelayCommand]) {
        guard let deadline = goodbyeDeadline, phase == .relaying else { return }
        // RFC 6455 §7.1.1: closed once both have said so; here one of them was spoken for.
        guard
            deadline <= now || recorder.clientToServer.close != nil
                || recorder.serverToClient.close != nil
        else { return }
        goodbyeDeadline = nil
        closeBothLegs(commands: &commands)
    }

    // MARK: Carrying out

    private mutating func perform(
        _ actions: [FaultChain.Action],
        _ direction: Direction,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        for action in actions {
            switch action {
            case .forward(let chunk):
                pass(chunk, direction, at: now, capture: &capture, commands: &commands)
            case .rewrite(let rewrite):
                note(rewrite, direction, at: now, capture: &capture)
            case .unmatched(let offset, let reason):
                let notice = NoticeRecord(
                    topic: "fault",
                    text:
                        "\(connection) \(direction.arrow) at byte \(offset): no fault on messages "
                        + "touched it, \(reason)"
                )
                capture.append(.notice(notice), arrival: now)
            case .end:
                endFlow(direction, commands: &commands)
            case .dropped(let byteCount, let cause):
                faultCounts[cause, default: 0] &+= 1
                noteUndeliverable(
                    UInt64(byteCount),
                    direction,
                    cause: cause,
                    at: now,
                    capture: &capture
                )
            case .cut(let cut, let cause):
                guard phase == .relaying else { continue }
                faultCounts[cause, default: 0] &+= 1
                self.cut(cut, cause: cause, at: now, commands: &commands)
            }
        }
    }

    private mutating func pass(
        _ chunk: Chunk,
        _ direction: Direction,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        guard phase == .relaying, liveLegs.contains(direction.targetLeg),
            !self[direction].isFinishedByProxy
        else { return }
        if !chunk.heldBy.isEmpty {
            for name in chunk.heldBy.split(separator: ",") {
                faultCounts[String(name), default: 0] &+= 1
            }
            let record = HeldRecord(
                connection: connection,
                direction: direction,
                offset: self[direction].forwardedByteCount,
                byteCount: UInt64(chunk.byteCount),
                heldNanoseconds: UInt64(max(now.since(chunk.arrival).inNanoseconds, 0)),
                cause: chunk.heldBy
            )
            capture.append(.held(record), arrival: now)
        }
        self[direction].forwardedByteCount += ByteOffset(chunk.byteCount)
        commands.append(.write(direction.targetLeg, chunk.bytes))
    }

    /// Records that other bytes go on than had come.
    private mutating func note(
        _ rewrite: Rewrite,
        _ direction: Direction,
        at now: Instant,
        capture: inout CaptureEncoder
    ) {
        // What is made for a receiver that is gone does not go on, as little as what came for it.
        guard phase == .relaying, liveLegs.contains(direction.targetLeg),
            !self[direction].isFinishedByProxy
        else { return }
        // What has to be encoded anew, or goes on at last, follows from something that was counted.
        if rewrite.kind != .recoded, rewrite.kind != .late {
            faultCounts[rewrite.cause, default: 0] &+= 1
        }
        self[direction].growth +=
            Int64(rewrite.sent.readableBytes) - Int64(rewrite.range.count)
        // Values may stand anywhere in what a fault has made of a message.
        let isBlanked = !configuration.redactedPointers.isEmpty && rewrite.sent.readableBytes > 0
        let sent =
            isBlanked
            ? [UInt8](repeating: UInt8(ascii: "*"), count: rewrite.sent.readableBytes)
            : Array(rewrite.sent.readableBytesView)
        let record = RewriteRecord(
            connection: connection,
            direction: direction,
            kind: RewriteRecord.Kind(rewrite.kind),
            offset: rewrite.range.lowerBound,
            byteCount: UInt64(rewrite.range.count),
            sent: sent,
            isBlanked: isBlanked,
            origin: rewrite.origin,
            cause: rewrite.cause
        )
        capture.append(.rewrite(record), arrival: now)
    }

    /// Says what the chains need from outside: a timer, and whether their senders are to be read.
    private mutating func settleFaults(commands: inout [RelayCommand]) {
        for direction in Direction.allCases {
            guard let chain = faults[direction] else { continue }
            if phase == .relaying, chain.isSaturated != self[direction].isSaturated {
                self[direction].isSaturated = chain.isSaturated
                setReading(direction, commands: &commands)
            }
            if chain.isIdle { faults[direction] = nil }
        }
        armFaults(commands: &commands)
    }

    /// Asks for the time at which a chain has something to do.
    mutating func armFaults(commands: inout [RelayCommand]) {
        let times = [faults.wakeTime, goodbyeDeadline].compactMap(\.self)
        let wakeTime = phase == .relaying ? times.min() : nil
        guard wakeTime != armedWakeTime else { return }
        armedWakeTime = wakeTime
        commands.append(.wake(wakeTime))
    }

    /// Reads a direction's sender unless its faults or its receiver are behind.
    mutating func setReading(_ direction: Direction, commands: inout [RelayCommand]) {
        guard liveLegs.contains(direction.sourceLeg) else { return }
        let flow = self[direction]
        commands.append(
            .setReading(direction.sourceLeg, flow.isReceiverReady && !flow.isSaturated)
        )
    }

    subscript(direction: Direction) -> Flow {
        get { direction == .clientToServer ? clientToServer : serverToClient }
        set {
            if direction == .clientToServer {
                clientToServer = newValue
            } else {
                serverToClient = newValue
            }
        }
    }
}

extension RewriteRecord.Kind {
    init(_ kind: Rewrite.Kind) {
        switch kind {
        case .dropped: self = .dropped
        case .altered: self = .altered
        case .recoded: self = .recoded
        case .deferred: self = .deferred
        case .late: self = .late
        case .duplicated: self = .duplicated
        case .inserted: self = .inserted
        }
    }
}

/// The chains of both directions; none for a connection that no fault touches.
struct FaultChains {
    private var clientToServer: FaultChain?
    private var serverToClient: FaultChain?
    /// Whether bytes of either direction have to take the long way.
    private(set) var isEmpty = true

    /// When one of them has something to do.
    var wakeTime: Instant? {
        [clientToServer?.wakeTime, serverToClient?.wakeTime].compactMap(\.self).min()
    }

    /// Lends a direction's chain for a change: what it holds is not copied.
    mutating func update(_ direction: Direction, _ body: (inout FaultChain?) -> Void) {
        switch direction {
        case .clientToServer: body(&clientToServer)
        case .serverToClient: body(&serverToClient)
        }
    }

    subscript(direction: Direction) -> FaultChain? {
        get { direction == .clientToServer ? clientToServer : serverToClient }
        set {
            if direction == .clientToServer {
                clientToServer = newValue
            } else {
                serverToClient = newValue
            }
            isEmpty = clientToServer == nil && serverToClient == nil
        }
    }
}
