public import Vocabulary

/// Which connections of a proxy somebody wants to see.
public enum ConnectionQuery: Equatable, Sendable {
    /// None; figures alone.
    case none
    /// One.
    case one(ConnectionID)
    /// Those with a number above this one, in order, so many at most.
    case page(after: ConnectionID, count: Int)
}
