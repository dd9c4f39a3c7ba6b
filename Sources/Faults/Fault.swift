public import Vocabulary

/// What a toxic does, with its attributes.
public enum Fault: Equatable, Sendable {
    /// It works on a stream of bytes.
    case bytes(ByteFault)
    /// It works on messages.
    case messages(MessageFault)
    /// It works on the upgrade.
    case upgrade(UpgradeFault)

    /// The name in the control API.
    public var type: String {
        switch self {
        case .bytes(let fault): fault.type
        case .messages(let fault): fault.type
        case .upgrade(let fault): fault.type
        }
    }

    /// Its attributes as they are shown.
    public var attributes: [Attribute] {
        switch self {
        case .bytes(let fault): fault.attributes.map { Attribute($0.name, $0.value) }
        case .messages(let fault): fault.attributes
        case .upgrade(let fault): fault.attributes
        }
    }

    /// Every attribute that it knows, with the value that it has now.
    public var knownAttributes: [Attribute] {
        switch self {
        case .bytes: attributes
        case .messages(let fault): fault.knownAttributes
        case .upgrade(let fault): fault.knownAttributes
        }
    }

    /// A fault by its name, all attributes at their defaults; `nil` when there is none of that name.
    public init?(type: String) {
        if let fault = ByteFault(type: type) {
            self = .bytes(fault)
        } else if let fault = MessageFault(type: type) {
            self = .messages(fault)
        } else if let fault = UpgradeFault(type: type) {
            self = .upgrade(fault)
        } else {
            return nil
        }
    }

    /// The same fault with other attributes; names that it does not have are ignored.
    ///
    /// - Throws: ``FaultFlaw`` when they cannot be worked with.
    public func with(_ values: [String: AttributeValue]) throws(FaultFlaw) -> Fault {
        switch self {
        case .bytes(let fault): .bytes(try fault.with(values))
        case .messages(let fault): .messages(try fault.with(values))
        case .upgrade(let fault): .upgrade(try fault.with(values))
        }
    }

    /// Counts `for_ms` from now, unless it has been counting.
    public func begin(at now: Instant) {
        switch self {
        case .bytes: break
        case .messages(let fault): fault.budget.begin(at: now)
        case .upgrade(let fault): fault.budget.begin(at: now)
        }
    }

    /// How many messages, or upgrades, it has touched; `nil` for faults on bytes.
    public var touchedCount: UInt64? {
        switch self {
        case .bytes: nil
        case .messages(let fault): fault.budget.touchedCount
        case .upgrade(let fault): fault.budget.touchedCount
        }
    }

    /// The fault at work on bytes from now on; `nil` for one that does nothing to them.
    func stage(at now: Instant) -> (any FaultStage)? {
        switch self {
        case .bytes(let fault): return fault.stage(at: now)
        case .messages: return nil
        case .upgrade(let fault):
            guard case .stall(let stall) = fault.kind else { return nil }
            return StallHandshakeStage(stall)
        }
    }
}
