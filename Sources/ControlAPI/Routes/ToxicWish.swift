internal import Faults
internal import Vocabulary

/// What a body says of a toxic: all that is needed to make one.
///
/// One reader for everything that can make toxics: calls, plans and scenarios.
struct ToxicWish: Sendable {
    /// The names that a toxic's object may have where unknown ones are refused.
    static let names = ["name", "type", "stream", "toxicity", "attributes"]

    let type: String
    let stream: String
    let direction: Direction
    let toxicity: Float
    /// `<type>_<stream>` when nothing was said.
    let name: String
    private let members: JSONMembers

    /// Reads all but the attributes.
    init(_ members: JSONMembers) throws(ControlError) {
        type = try members.string("type") ?? ""
        stream = try members.string("stream") ?? "downstream"
        let wantedName = try members.string("name") ?? ""
        toxicity = try members.float("toxicity") ?? 1
        direction = try Self.direction(stream)
        guard Fault(type: type) != nil else { throw .invalidType }
        name = wantedName.isEmpty ? "\(type)_\(stream)" : wantedName
        self.members = members
    }

    /// Whether its name may be given to a toxic.
    func checkName() throws(ControlError) {
        guard name.utf8.count <= ControlLimits.nameByteCountMax else {
            throw ControlError(
                400,
                "name is longer than \(ControlLimits.nameByteCountMax) bytes"
            )
        }
        guard name != ProxyPartition.name else {
            throw ControlError(
                400,
                "the name '\(name)' is kept for partitions; choose another"
            )
        }
    }

    /// The toxic.
    ///
    /// - Throws: ``ControlError`` when its attributes cannot be worked with.
    func toxic(id: UInt64) throws(ControlError) -> Toxic {
        guard let fault = Fault(type: type) else { throw .invalidType }
        return Toxic(
            id: id,
            name: name,
            stream: stream,
            direction: direction,
            toxicity: toxicity,
            fault: try ProxyBook.fault(fault, with: members)
        )
    }

    private static func direction(_ stream: String) throws(ControlError) -> Direction {
        switch stream.lowercased() {
        case "upstream": .clientToServer
        case "downstream": .serverToClient
        default: throw .invalidStream
        }
    }
}
