/// One run of the benchmark: who is measured, how much, and where files go.
struct Bench {
    let plan: Plan
    let peers: [any Peer]
    let folder: TemporaryFolder
    let placement: Placement?
    let keep: Bool
    let progress: Progress

    /// The names of the peers that take part in a section, in the order of the tables.
    func names(in section: Section) -> [PeerName] {
        peers.filter { $0.sections.contains(section) }.map(\.name)
    }

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
                try body(running) {
                    try WebSocketPair(through: running.port, to: listener, tls: peer.tls)
                }
            }
        } catch var error as BenchError where error.kind != .interrupted {
            error.description = "\(peer.title): \(error.description)"
            throw error
        }
    }
}
