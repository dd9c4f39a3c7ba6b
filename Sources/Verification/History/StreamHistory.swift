import Vocabulary

/// Everything that is remembered of one stream: its epochs and where it goes on now.
final class StreamHistory {
    /// What a message is to those that came before it.
    enum Relation: Equatable {
        /// A number that had not come yet.
        case new
        /// The same message again.
        case resent
        /// A message whose first instance is too long ago to be compared.
        case resentUnchecked
        /// Another message under a number that has been used.
        case conflicting(with: UInt64)
        /// The producer began to count anew.
        case restarted
    }

    /// A restart may also go to a number that is not the first, when it is this far back.
    static let restartDistanceMin: UInt64 = 64
    /// How many epochs of one stream are told apart.
    static let epochsMax = 1024

    /// The name, `type/part` for example.
    let name: String
    /// The session.
    let session: Int
    /// Whether the messages carry sequence numbers; otherwise they are counted as they come.
    let isNumbered: Bool

    /// The epochs, in order; the last one goes on.
    var epochs: [EpochHistory] = []
    /// The lane of the connection that carried the last message.
    var lane: Lane?
    /// Whether there were more epochs than are told apart.
    private(set) var hasTooManyEpochs = false

    init(name: String, session: Int, isNumbered: Bool) {
        self.name = name
        self.session = session
        self.isNumbered = isNumbered
    }

    /// Says what a message is, before it is taken.
    func relation(of number: UInt64, digest: UInt64?, on connection: ConnectionID) -> Relation {
        guard let epoch = epochs.last else { return .new }
        guard number <= epoch.last else { return .new }
        let isNewConnection = connection != epoch.lastPlace.connection
        let isStart = number <= max(epoch.first, 1)
        guard epoch.seen.contains(number) else {
            return isStart && number <= 1 && isNewConnection ? .restarted : .new
        }
        let known = epoch.digests[number] ?? (number == epoch.first ? epoch.firstDigest : nil)
        guard let known, let digest else { return .resentUnchecked }
        if known == digest { return .resent }
        if isStart && isNewConnection || epoch.last - number >= Self.restartDistanceMin {
            return .restarted
        }
        return .conflicting(with: known)
    }

    /// Takes a message.
    ///
    /// - Returns: What it is to those before it.
    func take(_ number: UInt64, digest: UInt64?, at place: MessagePlace) -> Relation {
        let relation = relation(of: number, digest: digest, on: place.connection)
        if epochs.isEmpty || relation == .restarted {
            if epochs.count < Self.epochsMax {
                epochs.append(EpochHistory(first: number, digest: digest, at: place))
            } else {
                hasTooManyEpochs = true
            }
        }
        epochs[epochs.count - 1].see(number, digest: digest, at: place)
        return relation
    }

    /// How well a message continues the stream.
    ///
    /// The start of a sequence continues none: every producer begins there.
    func fit(_ number: UInt64, digest: UInt64?) -> SessionTable.Fit {
        guard let epoch = epochs.last, number > max(epoch.first, 1) else { return .none }
        if number == epoch.last &+ 1 { return .exact }
        if let digest, epoch.digests[number] == digest { return .exact }
        return number > epoch.last ? .later : .none
    }
}
