internal import Faults
internal import Vocabulary

/// A partition of a proxy: which directions are silent.
public struct ProxyPartition: Equatable, Sendable {
    /// What is silent.
    public enum Extent: String, Sendable, CaseIterable {
        /// Everything.
        case both
        /// What the client sends.
        case clientToServer = "client-to-server"
        /// What the server sends.
        case serverToClient = "server-to-client"

        var directions: [Direction] {
            switch self {
            case .both: [.clientToServer, .serverToClient]
            case .clientToServer: [.clientToServer]
            case .serverToClient: [.serverToClient]
            }
        }
    }

    /// The name under which a partition stands in a plan and in the capture; no toxic can have it.
    public static let name = "partition"

    /// What holds the bytes, one for each silent direction.
    private(set) var toxics: [Toxic] = []

    /// What is silent; `nil` when all flows.
    public var extent: Extent? {
        Extent.allCases.first { $0.directions == toxics.map(\.direction) }
    }

    /// Makes other directions silent.
    ///
    /// - Parameters:
    ///   - extent: What is to be silent; `nil` for nothing.
    ///   - makeID: Gives a number that no toxic has had.
    /// - Returns: What was taken away, and what was put in place; nothing where nothing changes.
    mutating func set(
        _ extent: Extent?,
        makeID: () -> UInt64
    ) -> (removed: [Toxic], added: [Toxic]) {
        let wanted = extent?.directions ?? []
        let removed = toxics.filter { !wanted.contains($0.direction) }
        let kept = toxics.filter { wanted.contains($0.direction) }
        let added = wanted.filter { direction in
            !kept.contains { $0.direction == direction }
        }.map { direction in
            Toxic(
                id: makeID(),
                name: Self.name,
                stream: direction == .clientToServer ? "upstream" : "downstream",
                direction: direction,
                toxicity: 1,
                fault: .bytes(.partition)
            )
        }
        toxics = (kept + added).sorted { left, _ in left.direction == .clientToServer }
        return (removed, added)
    }
}
