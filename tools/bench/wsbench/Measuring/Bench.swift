/// One run of the benchmark: who is measured, how much, and where files go.
struct Bench {
    let plan: Plan
    let peers: [any Peer]
    let folder: TemporaryFolder
    let placement: Placement?
    let keep: Bool
    let progress: Progress

    /// The names of the peers, in the order of the tables.
    var names: [PeerName] { peers.map(\.name) }

    /// Starts a peer for one measurement and hands over a way to open WebSockets through it.
    func measure<Result>(
        _ peer: any Peer,
        _ body: (RunningPeer, _ open: () throws -> WebSocketPair) throws -> Result
    ) throws -> Result {
        let listener = try Socket.listening()
        do {
            return try peer.run(
                sink: listener.port,
                in: folder,
                placement: placement,
                keep: keep
            ) { running in
                try body(running) { try WebSocketPair(through: running.port, to: listener) }
            }
        } catch var error as BenchError where error.kind != .interrupted {
            error.description = "\(peer.name.title): \(error.description)"
            throw error
        }
    }
}
