/// No proxy at all: what load and sink can do, and so the limit of what can be measured.
struct Direct: Peer {
    let name = PeerName.direct
    let sections: Set<Section> = [.throughput, .latency]

    func configuration(listen: String, sink: String) -> String { "" }

    func version(in folder: TemporaryFolder) -> String { "" }

    func start(sink: UInt16, in folder: TemporaryFolder) -> RunningPeer {
        RunningPeer(port: sink, processes: [])
    }
}
