internal import Vocabulary
internal import WebSocketWire

/// A fault on messages: what it does, to which messages, and how often.
public struct MessageFault: Equatable, Sendable {
    let kind: any MessageFaultKind
    let selection: Selection
    let budget: Budget

    private static let kinds: [any MessageFaultKind.Type] = [
        WSDelay.self, WSDrop.self, WSDuplicate.self, WSReorder.self, WSCorrupt.self,
        WSInject.self, WSClose.self, WSCut.self, WSPing.self, WSFragment.self,
    ]

    private init(_ kind: any MessageFaultKind, _ selection: Selection) {
        self.kind = kind
        self.selection = selection
        budget = Budget()
    }

    /// A fault by its name, all attributes at their defaults; `nil` when there is none of that name.
    public init?(type: String) {
        guard let kind = Self.kinds.first(where: { $0.type == type }) else { return nil }
        self.init(kind.init(), Selection())
    }

    /// The name in the control API.
    public var type: String { Swift.type(of: kind).type }

    /// Its own attributes, and those of the selection that say something.
    public var attributes: [Attribute] {
        let silent: [AttributeValue] = [.text(""), .integer(0)]
        return kind.attributes + selection.attributes.filter { !silent.contains($0.value) }
    }

    /// Every attribute that it knows.
    public var knownAttributes: [Attribute] { kind.attributes + selection.attributes }

    /// The same fault with other attributes, and its budget whole again.
    ///
    /// - Throws: ``FaultFlaw``.
    public func with(_ values: [String: AttributeValue]) throws(FaultFlaw) -> MessageFault {
        var merged: [String: AttributeValue] = [:]
        for attribute in knownAttributes { merged[attribute.name] = attribute.value }
        merged.merge(values) { _, new in new }
        let values = AttributeValues(merged)
        return MessageFault(try Self.make(Swift.type(of: kind), values), try Selection(values))
    }

    private static func make(
        _ kind: any MessageFaultKind.Type,
        _ values: AttributeValues
    ) throws(FaultFlaw) -> any MessageFaultKind {
        try kind.init(values)
    }

    /// Whether a message of an opcode may still be touched.
    func mayTouch(_ opcode: Opcode, at now: Instant) -> Bool {
        let isWaitedFor =
            kind.waitsFor?.contains(opcode)
            ?? selection.admits(opcode, named: Swift.type(of: kind).named)
        return isWaitedFor && !budget.isSpent(selection.limits, at: now)
    }

    /// Two faults are the same when they do the same to the same messages.
    public static func == (left: MessageFault, right: MessageFault) -> Bool {
        left.type == right.type && left.knownAttributes == right.knownAttributes
    }
}
