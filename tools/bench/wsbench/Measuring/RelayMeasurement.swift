/// Frames a second from client to server on one busy connection.
struct RelayMeasurement: Encodable {
    var payloadBytes: Int
    /// How the load filled its records; nil without TLS.
    var tlsRecords: RecordFill?
    /// Frames of one run of a peer that is not slow.
    var frames: Int
    var rows: [Row] = []
    var failures: [Failure] = []
    var outcomes: [Outcome] = []
    /// Frames a second without a proxy over those of the fastest peer.
    var headroom: Double?

    struct Row: Encodable {
        var peer: PeerName
        /// Frames of one run.
        var frames: Int
        var framesPerSecond: Summary
        /// Bytes of frames, headers included, a second.
        var bytesPerSecond: Double
        /// CPU time of the peer per gigabyte of frames, from the first one until it has ended; nil
        /// without a proxy.
        var cpuSecondsPerGigabyte: Summary?
        /// The same CPU time over the time of the transfer; nil without a proxy.
        var coresBusy: Summary?
        /// Bytes of finished recording per byte of frames; nil when the peer does not record.
        var fileBytesPerByte: Summary?
        /// The share of the frames' bytes that is not in the recording.
        var missing: Summary?
        /// Packets that the recorder says it dropped, in each round.
        var packetsDropped: [Int]?
        /// What TLS had agreed on; nil without TLS.
        var legs: TLSLegs?
        /// Bytes of frames in a TLS record to the server; nil without TLS.
        var recordBytes: Summary?
        /// To HAProxy, round by round.
        var ratio: Summary?
    }
}

extension Bench {
    /// Measures every peer with frames of one payload size; those with TLS when the load is told
    /// how to fill its records.
    func measureRelay(
        payloadBytes: Int,
        tlsRecords: RecordFill? = nil
    ) throws -> RelayMeasurement {
        let section: Section = tlsRecords == nil ? .throughput : .tls
        let block = FrameBlock(payloadBytes: payloadBytes)
        let planned = plan.relayFrames(of: block, tlsRecords: tlsRecords)
        let wire = try tlsRecords.map { records in try self.wire(records, planned, of: block) }
        var frames: [PeerName: Int] = [:]
        let turns = try takeTurns(
            section,
            rounds: plan.rounds,
            "\(payloadBytes) B frames" + (tlsRecords == nil ? "" : " over TLS"),
            // Memory that a virtual machine has never touched costs it a fault of its host a page,
            // which would be charged to the first capture and to nobody else.
            warmUp: { peer in
                let share = peer.isSlow ? max(planned / Self.slowShare, 1) : planned
                let run = try relay(share, of: block, through: peer, wire)
                let possible = run.transfer.framesPerSecond * plan.slowSeconds
                frames[peer.name] = peer.isSlow ? max(min(planned, Int(possible)), 1) : planned
            },
            { peer in try relay(frames[peer.name] ?? planned, of: block, through: peer, wire) }
        )
        var measurement = RelayMeasurement(
            payloadBytes: payloadBytes,
            tlsRecords: tlsRecords,
            frames: planned
        )
        measurement.failures = turns.failures
        measurement.rows = names(in: section).compactMap { name in
            turns.runs[name].flatMap { RelayMeasurement.Row(name, $0, block) }
        }
        measurement.compare()
        return measurement
    }

    /// The part of all frames that shows how fast a slow peer is.
    private static let slowShare = 256
}

extension RelayMeasurement.Row {
    fileprivate init?(_ peer: PeerName, _ runs: [RelayRun], _ block: FrameBlock) {
        guard let speed = Summary(runs.map(\.transfer.framesPerSecond)) else { return nil }
        self.peer = peer
        frames = runs.last?.transfer.frames ?? 0
        framesPerSecond = speed
        bytesPerSecond = speed.median * Double(block.frameBytes)
        cpuSecondsPerGigabyte = Summary(runs.compactMap(\.cpuSecondsPerGigabyte))
        coresBusy = Summary(runs.compactMap(\.coresBusy))
        fileBytesPerByte = Summary(runs.compactMap(\.fileBytesPerByte))
        missing = Summary(runs.compactMap(\.missing))
        let dropped = runs.compactMap { $0.recorded?.packetsDropped }
        legs = runs.last?.legs
        recordBytes = Summary(runs.compactMap(\.transfer.recordBytes))
        packetsDropped = dropped.isEmpty ? nil : dropped
    }
}

extension RelayMeasurement {
    fileprivate mutating func compare() {
        let speeds = rows.map { (peer: $0.peer, rounds: $0.framesPerSecond) }
        if let reference = speeds.first(where: { $0.peer == .haproxy }) {
            for index in rows.indices {
                rows[index].ratio = rows[index].framesPerSecond.ratio(to: reference.rounds)
            }
        }
        for own in rows where own.peer.kind == .wsproxy {
            let speed = (peer: own.peer, rounds: own.framesPerSecond)
            outcomes += speeds.compactMap { reference in
                Goals.relayRatioMin(to: reference.peer.kind, overTLS: tlsRecords != nil).flatMap {
                    minimum in
                    Outcome("frames/s", speed, to: reference, .atLeast(minimum))
                }
            }
            outcomes.append(
                Outcome(
                    own.peer,
                    "recording",
                    goal: "nothing missing",
                    isReached: own.missing?.highest == 0
                )
            )
        }
        let fastest = rows.filter { $0.peer != .direct }.map(\.framesPerSecond.median).max()
        let direct = rows.first { $0.peer == .direct }?.framesPerSecond.median
        if let direct, let fastest { headroom = direct / fastest }
    }
}
