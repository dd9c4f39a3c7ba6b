import CaptureFormat

/// What a fault did to messages in the middle of their connection.
struct FaultDeed: Equatable {
    /// What it did.
    enum Kind {
        /// It dropped them.
        case dropped
        /// It sent something else in their place.
        case altered
        /// It held them back while later ones went on.
        case deferred
    }

    var kind: Kind
    /// The fault's name.
    var fault: String

    /// The deed that a record tells of; `nil` when the message went on all the same.
    init?(_ record: RewriteRecord) {
        switch record.kind {
        case .dropped: kind = .dropped
        case .altered: kind = .altered
        case .deferred: kind = .deferred
        case .recoded, .late, .duplicated, .inserted: return nil
        }
        fault = record.cause
    }
}
