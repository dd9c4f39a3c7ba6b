/// One peer's turn in one round.
struct RelayRun {
    var transfer: Transfer
    /// What TLS had agreed on; nil without TLS.
    var legs: TLSLegs?
    /// Bytes of the frames that passed.
    var bytes: Int
    /// CPU time from the first frame until the peer has ended; nil without a proxy.
    var cpu: Duration?
    /// What the recorder has kept; nil when the peer records nothing.
    var recorded: Recorded?

    var cpuSecondsPerGigabyte: Double? { cpu.map { $0 / .seconds(1) / Double(bytes) * 1e9 } }
    var coresBusy: Double? { cpu.map { $0 / transfer.elapsed } }
    var fileBytesPerByte: Double? { recorded.map { Double($0.fileBytes) / Double(bytes) } }
    /// The share of what passed that is not in the recording.
    var missing: Double? { recorded.map { Double($0.bytesMissing) / Double(bytes) } }
}

extension Bench {
    /// Sends `frames` frames of `block` through a peer that is started for them; as records of
    /// TLS, if it has that.
    func relay(
        _ frames: Int,
        of block: FrameBlock,
        through peer: any Peer,
        _ wire: Wire?
    ) throws -> RelayRun {
        try measure(peer) { running, open in
            let cpuBefore = running.cpu
            let (transfer, legs) = try relayOnce(
                frames,
                of: block,
                masksAnew: peer.masksAnew,
                wire,
                open
            )
            try running.recording?.settle()
            // The end of the process is awaited before CPU and capture are looked at: what a
            // recorder still has to do after the last byte is part of its cost.
            let ending = running.stop()
            if running.recording != nil, ending?.isSuccess != true {
                throw BenchError(.failed, "The recording was not finished. \(running.lastWords)")
            }
            let bytes = frames * block.frameBytes
            return RelayRun(
                transfer: transfer,
                legs: legs,
                bytes: bytes,
                cpu: ending.map { $0.cpu - cpuBefore },
                recorded: try running.recording?.recorded(ofFrameBytes: bytes)
            )
        }
    }

    /// The connection is closed when the transfer is over.
    private func relayOnce(
        _ frames: Int,
        of block: FrameBlock,
        masksAnew: Bool,
        _ wire: Wire?,
        _ open: () throws -> WebSocketPair
    ) throws -> (Transfer, TLSLegs?) {
        let pair = try open()
        if let wire, let tls = pair.tls {
            return (
                try Transfer(frames, of: block, over: pair, tls, wire),
                pair.legs
            )
        }
        return (try Transfer(frames, of: block, over: pair, masksAnew: masksAnew), nil)
    }
}
