import Foundation

extension Captured {
    /// The capture against both peers, connection by connection.
    func differences(to transcripts: Transcripts) -> [String] {
        let connections = Dictionary(grouping: legs) { $0.target }
        return transcripts.clientThrough.connections.sorted { $0.key < $1.key }
            .flatMap { label, client -> [String] in
                guard let target = client.servedAs,
                    let server = transcripts.serverThrough.connections[target]
                else { return [] }
                // A redirect may lead to a target that another scenario asked for, too.
                let candidates = (connections[target] ?? []).map {
                    differences(
                        label,
                        connection: $0.connection,
                        client: client,
                        server: server
                    )
                }
                return candidates.min { $0.count < $1.count } ?? ["\(label): not captured"]
            }
    }

    /// The rebuilt bytes of each leg against what the peers sent into it.
    func byteDifferences(to transcripts: Transcripts) -> [String] {
        let scenarios = transcripts.clientThrough.connections
            .sorted { ($0.value.ordinal ?? 0) < ($1.value.ordinal ?? 0) }
        let rebuilt = Dictionary(uniqueKeysWithValues: legs.map { ($0.connection, $0) })
        return scenarios.flatMap { label, client -> [String] in
            let server = transcripts.serverThrough.connections[label]
            let leg = rebuilt[client.ordinal ?? 0]
            return mismatch(
                [leg?.clientToServer ?? .empty],
                [client.bytesSent ?? .empty],
                "\(label): captured →"
            )
                + mismatch(
                    [leg?.serverToClient ?? .empty],
                    [server?.bytesSent ?? .empty],
                    "\(label): captured ←"
                )
        }
    }
}

extension Transcript.Run {
    /// No bytes at all.
    fileprivate static let empty = Transcript.Run(
        length: 0,
        sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
}
