/// Finds the programs of the peers.
struct Lineup {
    /// Where wsproxy is, if not beside this program.
    var wsproxy: String?
    /// One wsproxy is measured with each of these; one without any when there are none.
    var wsproxyOptions: [String]
    /// The kernel's buffer for dumpcap, in MiB.
    var dumpcapBuffer: Int
    /// The most connections that a peer must be prepared for.
    var connectionsMax: Int

    /// Those that can be measured here, after the direct connection, which always is; and, in
    /// sentences, why the others cannot.
    struct Found {
        var peers: [any Peer] = [Direct()]
        var versions: [Results.Version] = []
        var absences: [String] = []
    }

    /// Looks for peers of these kinds and asks their versions.
    func find(_ kinds: [PeerKind], in folder: TemporaryFolder) throws -> Found {
        var found = Found()
        for kind in PeerKind.allCases where kinds.contains(kind) {
            do {
                for peer in try peers(kind) {
                    let version = try peer.version(in: folder)
                    found.peers.append(peer)
                    found.versions.append(Results.Version(peer: peer.name, version: version))
                }
            } catch let error as BenchError where kind.isOptional && error.kind != .interrupted {
                found.absences.append("Without \(kind.title): \(error.description)")
            }
        }
        guard found.peers.count > 1 else {
            throw BenchError(
                .unavailable,
                "No proxy is left to be measured. "
                    + found.absences.joined(separator: " ")
            )
        }
        return found
    }

    /// Adds the same peers with TLS on both legs: those that can do it.
    ///
    /// The run can do without each of them.
    func addTLS(to found: inout Found, in folder: TemporaryFolder) throws {
        do {
            let ends = try TLSEnds(in: folder)
            for secured in found.peers.compactMap({ secured($0, ends) }) {
                try addTLS(secured, to: &found, in: folder)
            }
        } catch let error as BenchError where error.kind != .interrupted {
            found.absences.append("Without TLS: \(error.description)")
        }
    }

    private func addTLS(
        _ peer: any Peer,
        to found: inout Found,
        in folder: TemporaryFolder
    ) throws {
        do {
            _ = try peer.version(in: folder)
            found.peers.append(peer)
        } catch let error as BenchError where error.kind != .interrupted {
            found.absences.append("Without \(peer.title): \(error.description)")
        }
    }

    /// The same peer with TLS on both legs; nil when it is not measured with it.
    private func secured(_ peer: any Peer, _ ends: TLSEnds) -> (any Peer)? {
        switch peer {
        case is Direct: DirectWithTLS(ends: ends)
        case let peer as HAProxy: HAProxyWithTLS(haproxy: peer, ends: ends)
        case let peer as Nginx: NginxWithTLS(nginx: peer, ends: ends)
        case let peer as WSProxy: WSProxyWithTLS(wsproxy: peer, ends: ends)
        default: nil
        }
    }

    private func peers(_ kind: PeerKind) throws -> [any Peer] {
        switch kind {
        case .direct: return []
        case .haproxy: return [try haproxy()]
        case .dumpcap:
            return [
                HAProxyWithDumpcap(
                    haproxy: try haproxy(),
                    program: try installed("dumpcap"),
                    bufferMebibytes: dumpcapBuffer
                )
            ]
        case .nginx:
            return [Nginx(program: try installed("nginx"), connectionsMax: connectionsMax)]
        case .mitmproxy: return [Mitmproxy(program: try installed("mitmdump"))]
        case .wsproxy:
            let program = try built(wsproxy ?? Programs.sibling("wsproxy"))
            let reader = try built(Programs.sibling("wsreplay"))
            return (wsproxyOptions.isEmpty ? [""] : wsproxyOptions).map {
                WSProxy(program: program, reader: reader, options: $0)
            }
        }
    }

    private func haproxy() throws -> HAProxy {
        HAProxy(program: try installed("haproxy"), connectionsMax: connectionsMax)
    }

    private func installed(_ name: String) throws -> String {
        guard let program = Programs.find(name) else {
            throw BenchError(
                .unavailable,
                "\(name) is not installed; `make setup-bench` installs it."
            )
        }
        return program
    }

    private func built(_ program: String) throws -> String {
        guard Programs.isProgram(program) else {
            throw BenchError(
                .unavailable,
                "There is no \(program); `make build` builds it, "
                    + "--wsproxy measures one in another place."
            )
        }
        return program
    }
}
