internal import Vocabulary

/// What a whole file said about itself, known when it has been read.
public struct CaptureFileState: Equatable, Sendable {
    /// How the file ends.
    public var completion: CaptureScanner.Completion
    /// What is wrong with it, in file order; at most ``damageCountMax``.
    public var damage: [CaptureDamage]
    /// How many damages there are, the ones not listed included.
    public var damageCount: Int
    /// What the file's Metadata says of its run, such as `run`, `ordinal`, `proxy` and `started`.
    public var run: [HeaderField]
    /// The program that wrote the file.
    public var library: String

    /// How many damages are listed.
    public static let damageCountMax = 100

    /// Creates a state; the default is a sealed file without damage.
    public init(
        completion: CaptureScanner.Completion = .sealed,
        damage: [CaptureDamage] = [],
        damageCount: Int? = nil,
        run: [HeaderField] = [],
        library: String = ""
    ) {
        self.completion = completion
        self.damage = damage
        self.damageCount = damageCount ?? damage.count
        self.run = run
        self.library = library
    }

    /// Whether some of the file is not what was recorded.
    public var isDamaged: Bool { damageCount > 0 }

    mutating func note(_ finding: CaptureDamage) {
        damageCount += 1
        if damage.count < Self.damageCountMax { damage.append(finding) }
    }
}

/// Turns scanned items into records, and keeps what the file says about itself.
public struct CaptureReader: Sendable {
    /// What the file has said so far.
    public private(set) var state = CaptureFileState(completion: .unfinished(tornByteCount: 0))
    /// What a channel carries, going by its schema and topic.
    private enum Content {
        case stream(Direction)
        case events
        case unknown(schema: String)
    }

    private var schemas: [UInt16: String] = [:]
    private var contents: [UInt16: Content] = [:]

    /// Creates a reader that has seen nothing.
    public init() {}

    /// Reads one item.
    ///
    /// - Returns: The record, when the item is one of ours.
    public mutating func read(
        _ item: CaptureScanner.Item,
        at offset: UInt64,
        in window: RawSpan
    ) -> CaptureEntry? {
        switch item {
        case .message(let channel, let time, let arrival, let data):
            let direction: Direction?
            switch contents[channel] {
            case .stream(let known): direction = known
            case .events: direction = nil
            case .unknown(let schema):
                return CaptureEntry(time: time, arrival: arrival, record: .unknown(schema: schema))
            case nil: return nil
            }
            do throws(CaptureFormatError) {
                let record = try CaptureRecord(decoding: data, in: window, direction: direction)
                return CaptureEntry(time: time, arrival: arrival, record: record)
            } catch {
                state.note(
                    .unreadableRecord(
                        offset: offset,
                        detail: "\(error)",
                        skippedByteCount: UInt64(data.count)
                    )
                )
            }
        case .schema(let id, let name):
            schemas[id] = name
        case .channel(let id, let schema, let topic):
            contents[id] = content(schema: schemas[schema] ?? "", topic: topic)
        case .header(_, let library):
            state.library = library
        case .metadata(RunDescription.metadataName, let values):
            state.run = values
        case .damage(let damage):
            state.note(damage)
        default:
            break
        }
        return nil
    }

    private func content(schema: String, topic: String) -> Content {
        switch (schema, topic) {
        case (Envelope.event.schemaName, _):
            return .events
        case (Envelope.stream.schemaName, let topic) where topic.hasSuffix("/client-to-server"):
            return .stream(.clientToServer)
        case (Envelope.stream.schemaName, let topic) where topic.hasSuffix("/server-to-client"):
            return .stream(.serverToClient)
        default:
            return .unknown(schema: schema)
        }
    }

    /// Notes how the file ended.
    public mutating func end(_ completion: CaptureScanner.Completion) {
        state.completion = completion
    }
}
