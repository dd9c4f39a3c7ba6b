internal import Vocabulary

/// One direction of one connection.
struct Flow: Hashable {
    var connection: ConnectionID
    var direction: Direction

    /// The flows of a collection in the order in which they are told.
    static func ordered(_ flows: some Sequence<Flow>) -> [Flow] {
        flows.sorted {
            ($0.connection, $0.direction.rawValue) < ($1.connection, $1.direction.rawValue)
        }
    }
}
