/// No proxy: load and sink speak TLS with each other.
struct DirectWithTLS: Peer {
    let name = PeerName.direct
    let ends: TLSEnds
    let sections: Set<Section> = [.tls]

    var tls: TLSEnds? { ends }

    func configuration(listen: String, sink: String) -> String { "" }

    func version(in folder: TemporaryFolder) -> String { "" }

    func start(sink: UInt16, in folder: TemporaryFolder) -> RunningPeer {
        RunningPeer(port: sink, processes: [])
    }
}
