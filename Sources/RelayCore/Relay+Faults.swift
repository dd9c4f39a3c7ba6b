internal import CaptureFormat
internal import Faults
internal import Recording
internal import Vocabulary

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
        guard phase == .relaying, shutdownMaskKey == nil else { return }
        for direction in Direction.allCases {
            guard faults[direction] != nil else {
                faults[direction] = FaultChain(plan, direction, on: connection, at: now)
                continue
            }
            var actions: [FaultChain.Action] = []
            faults.update(direction) { $0?.apply(plan, at: now, actions: &actions) }
            perform(actions, direction, at: now, capture: &capture, commands: &commands)
        }
        settleFaults(commands: &commands)
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
        commands: inout [RelayCommand]
    ) {
        recorder.ending.note(.proxy, .fault, detail: cause)
        switch cut {
        case .close:
            closeBothLegs(commands: &commands)
        case .reset:
            phase = .ending
            for leg in Leg.allCases where liveLegs.contains(leg) { commands.append(.reset(leg)) }
        }
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
            case .end:
                endFlow(direction, commands: &commands)
            case .dropped(let byteCount, let cause):
                noteUndeliverable(
                    UInt64(byteCount),
                    direction,
                    cause: cause,
                    at: now,
                    capture: &capture
                )
            case .cut(let cut, let cause):
                guard phase == .relaying else { continue }
                self.cut(cut, cause: cause, commands: &commands)
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
            let record = HeldRecord(
                connection: connection,
                direction: direction,
                offset: self[direction].forwardedByteCount,
                byteCount: UInt64(chunk.byteCount),
                heldNanoseconds: UInt64(max(now.since(chunk.arrival).inNanoseconds, 0)),
                cause: chunk.heldBy
            )
            capture.append(.held(record), arrival: chunk.arrival)
        }
        self[direction].forwardedByteCount += ByteOffset(chunk.byteCount)
        commands.append(.write(direction.targetLeg, chunk.bytes))
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
        let wakeTime = phase == .relaying ? faults.wakeTime : nil
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
