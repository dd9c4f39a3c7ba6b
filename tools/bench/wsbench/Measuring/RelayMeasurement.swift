/// Frames a second from client to server on one busy connection.
struct RelayMeasurement: Codable {
    var payloadBytes: Int
    /// Frames of one run.
    var frames: Int
    var rows: [Row]
    /// Frames a second without a proxy over those of the fastest peer.
    var headroom: Double?

    struct Row: Codable {
        var peer: PeerName
        var framesPerSecond: Summary
        /// Bytes of frames, headers included, a second.
        var bytesPerSecond: Double
        /// CPU time of the proxy per gigabyte of frames, from the first one until the proxy has
        /// ended; nil without a proxy.
        var cpuSecondsPerGigabyte: Double?
        /// The same CPU time over the time of the transfer; nil without a proxy.
        var coresBusy: Double?
        /// Bytes of finished capture per byte of frames; nil when the peer does not record.
        var captureBytesPerByte: Double?
        /// To HAProxy, round by round.
        var ratio: Summary?
        var outcome: Outcome?
    }
}

extension Bench {
    /// Measures every peer with frames of one payload size.
    func measureRelay(payloadBytes: Int) throws -> RelayMeasurement {
        let block = FrameBlock(payloadBytes: payloadBytes)
        let frames = block.frames(coveringBytes: plan.relayBytes)
        var runs: [PeerName: [RelayRun]] = [:]
        // A round that does not count. Memory that a virtual machine has never touched costs it a fault
        // of its host a page, which would be charged to the first capture and to nobody else.
        for peer in peers {
            progress.show("\(payloadBytes) B frames, warming up, \(peer.name.title)")
            _ = try relay(frames, of: block, through: peer)
        }
        for round in 0..<plan.rounds {
            for peer in Rotation.order(peers, round: round) {
                progress.show("\(payloadBytes) B frames, round \(round + 1), \(peer.name.title)")
                runs[peer.name, default: []].append(try relay(frames, of: block, through: peer))
            }
        }
        return RelayMeasurement(
            payloadBytes: payloadBytes,
            frames: frames,
            runs: runs,
            block: block
        )
    }

    private func relay(
        _ frames: Int,
        of block: FrameBlock,
        through peer: any Peer
    ) throws -> RelayRun {
        try measure(peer) { running, open in
            let cpuBefore = running.process?.cpu ?? .zero
            let transfer = try relayOnce(frames, of: block, open)
            // The end of the process is awaited before CPU and capture are looked at: what a
            // recorder still has to do after the last byte is part of its cost.
            let ending = running.process?.stop()
            let run = RelayRun(
                transfer: transfer,
                cpu: ending.map { $0.cpu - cpuBefore },
                captureBytes: running.captures?.bytes(inFilesEndingIn: ".wscap")
            )
            try run.checkCapture(bytes: frames * block.frameBytes)
            if let process = running.process, running.captures != nil, ending?.isSuccess != true {
                throw BenchError(.failed, "The capture was not finished. \(process.lastWords)")
            }
            return run
        }
    }

    /// The connection is closed when the transfer is over.
    private func relayOnce(
        _ frames: Int,
        of block: FrameBlock,
        _ open: () throws -> WebSocketPair
    ) throws -> Transfer {
        try Transfer(frames, of: block, over: open())
    }
}

/// One peer's turn in one round.
struct RelayRun {
    var transfer: Transfer
    var cpu: Duration?
    var captureBytes: UInt64?

    /// A recorder that kept less than what passed was not measured recording.
    func checkCapture(bytes: Int) throws {
        guard let captureBytes, captureBytes < bytes else { return }
        throw BenchError(
            .failed,
            "The capture has \(captureBytes) bytes, but frames of \(bytes) bytes passed: "
                + "the recording is not complete."
        )
    }
}

extension RelayMeasurement {
    init(payloadBytes: Int, frames: Int, runs: [PeerName: [RelayRun]], block: FrameBlock) {
        self.payloadBytes = payloadBytes
        self.frames = frames
        let bytes = Double(frames * block.frameBytes)
        rows = PeerName.allCases.compactMap { name in
            let runs = runs[name] ?? []
            guard let speed = Summary(runs.map(\.transfer.framesPerSecond)) else { return nil }
            return Row(
                peer: name,
                framesPerSecond: speed,
                bytesPerSecond: speed.median * Double(block.frameBytes),
                cpuSecondsPerGigabyte: Statistics.median(
                    runs.compactMap(\.cpu).map { $0 / .seconds(1) / bytes * 1e9 }
                ),
                coresBusy: Statistics.median(
                    runs.compactMap { run in run.cpu.map { $0 / run.transfer.elapsed } }
                ),
                captureBytesPerByte: Statistics.median(
                    runs.compactMap(\.captureBytes).map { Double($0) / bytes }
                )
            )
        }
        compare()
    }

    private mutating func compare() {
        let speeds = Dictionary(uniqueKeysWithValues: rows.map { ($0.peer, $0.framesPerSecond) })
        for index in rows.indices {
            guard let reference = speeds[.haproxy] else { break }
            rows[index].ratio = rows[index].framesPerSecond.ratio(to: reference)
            guard rows[index].peer == .wsproxy, let ratio = rows[index].ratio else { continue }
            rows[index].outcome = Outcome(
                goal: "≥ \(Goals.relayRatioMin) × HAProxy",
                isReached: ratio.median >= Goals.relayRatioMin
            )
        }
        let fastest = rows.filter { $0.peer != .direct }.map(\.framesPerSecond.median).max()
        if let direct = speeds[.direct]?.median, let fastest { headroom = direct / fastest }
    }
}
