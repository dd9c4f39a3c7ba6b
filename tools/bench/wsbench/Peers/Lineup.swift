/// Finds the programs of the peers.
struct Lineup {
    /// Where wsproxy is, if not beside this program.
    var wsproxy: String?

    /// The peers of these names, after the direct connection, which is always measured.
    func peers(_ names: [PeerName]) throws -> [any Peer] {
        try [Direct()] + PeerName.allCases.filter(names.contains).map(peer)
    }

    private func peer(_ name: PeerName) throws -> any Peer {
        switch name {
        case .direct: Direct()
        case .haproxy: HAProxy(program: try installed("haproxy"))
        case .nginx: Nginx(program: try installed("nginx"))
        case .wsproxy: WSProxy(program: try built(wsproxy ?? Programs.sibling("wsproxy")))
        }
    }

    private func installed(_ name: String) throws -> String {
        guard let program = Programs.find(name) else {
            throw BenchError(
                .unavailable,
                "\(name) is not installed; `make setup-bench` installs it, "
                    + "--peers measures without it."
            )
        }
        return program
    }

    private func built(_ program: String) throws -> String {
        guard Programs.isProgram(program) else {
            throw BenchError(
                .unavailable,
                "There is no wsproxy at \(program); `make build` builds it, "
                    + "--wsproxy tells another place."
            )
        }
        return program
    }
}
