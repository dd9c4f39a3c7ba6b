public import Vocabulary

/// Which members of a direction's messages tell type, stream, sequence and identity.
///
/// Without a contract this is found by common names.
public struct DetectedFields: Equatable, Sendable {
    /// Within what the sequence numbers step by one.
    public enum Scope: String, Sendable, CaseIterable {
        /// One sequence for each type and part, for example each symbol of each type.
        case typeAndPart = "type and part"
        /// One sequence for each type.
        case type = "type"
        /// One sequence for each part.
        case part = "part"
        /// One sequence for the whole direction.
        case direction = "direction"
    }

    /// The member that says what a message is.
    public var type: FieldName?
    /// The member that tells the streams of one type apart.
    public var part: FieldName?
    /// The member that holds the sequence number.
    public var sequence: FieldName?
    /// The member that identifies a message, used where there is no sequence number.
    public var identifier: FieldName?
    /// The member that holds the sender's time.
    public var timestamp: FieldName?
    /// Within what the sequence numbers step by one.
    public var scope: Scope

    /// Nothing was detected.
    public static let none = DetectedFields(scope: .typeAndPart)

    init(
        type: FieldName? = nil,
        part: FieldName? = nil,
        sequence: FieldName? = nil,
        identifier: FieldName? = nil,
        timestamp: FieldName? = nil,
        scope: Scope
    ) {
        self.type = type
        self.part = part
        self.sequence = sequence
        self.identifier = identifier
        self.timestamp = timestamp
        self.scope = scope
    }

    /// What a single message suggests, for lists of messages that never came by.
    static func usual(in message: borrowing FieldExtractor) -> DetectedFields {
        DetectedFields(
            type: FieldName.types.first { message.has($0) },
            part: FieldName.parts.first { message.has($0) },
            sequence: FieldName.sequences.first { message.number($0) != nil },
            scope: .typeAndPart
        )
    }

    /// Writes the name of a message's stream, `type/part` for example, into `name`.
    func streamName<Source: FieldSource & ~Copyable>(
        of source: borrowing Source,
        into name: inout [UInt8]
    ) {
        name.removeAll(keepingCapacity: true)
        if let type, scope == .typeAndPart || scope == .type {
            source.append(type, to: &name)
        }
        guard scope == .typeAndPart || scope == .part else { return }
        let end = name.count
        if end > 0 { name.append(UInt8(ascii: "/")) }
        // A sample without any part says nothing about the parts of later messages.
        let hasPart =
            if let part {
                source.append(part, to: &name)
            } else {
                FieldName.parts.contains { source.append($0, to: &name) }
            }
        if !hasPart, end > 0 { name.removeLast() }
    }
}

/// How the detected fields fit the messages of one direction.
public struct Detection: Equatable, Sendable {
    /// The flow.
    public var direction: Direction
    /// What was detected.
    public var fields: DetectedFields
    /// Data messages of the direction; acknowledgements and greetings are counted apart.
    public var messageCount: UInt64
    /// Application acknowledgements: messages of type `ack` with a `last_sequence`.
    public var acknowledgementCount: UInt64
    /// Unnumbered messages that open their connection: a greeting is not lost by a reconnect.
    public var greetingCount: UInt64
    /// Messages with a sequence number.
    public var sequencedCount: UInt64
    /// Steps between neighbours of one stream on one connection, messages sent again left out.
    public var stepCount: UInt64
    /// Steps by exactly one.
    public var stepsOfOne: UInt64

    /// The share of messages that carry a sequence number, 0 to 1.
    public var sequencedShare: Double {
        messageCount == 0 ? 0 : Double(sequencedCount) / Double(messageCount)
    }

    /// The share of steps that are by one, 0 to 1; 1 when there is no step to judge by.
    public var stepShare: Double {
        stepCount == 0 ? 1 : Double(stepsOfOne) / Double(stepCount)
    }
}
