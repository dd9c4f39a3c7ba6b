public import Vocabulary

/// A fault on the beginning of a connection: what it does, to which connections, and how often.
public struct UpgradeFault: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case refuse(WSRefuse)
        case stall(WSStallHandshake)
    }

    let kind: Kind
    let selection: Selection
    let budget: Budget

    private init(_ kind: Kind, _ selection: Selection) {
        self.kind = kind
        self.selection = selection
        budget = Budget()
    }

    /// A fault by its name, all attributes at their defaults; `nil` when there is none of that name.
    public init?(type: String) {
        switch type {
        case WSRefuse.type: self.init(.refuse(WSRefuse()), Selection())
        case WSStallHandshake.type: self.init(.stall(WSStallHandshake()), Selection())
        default: return nil
        }
    }

    /// The name in the control API.
    public var type: String {
        switch kind {
        case .refuse: WSRefuse.type
        case .stall: WSStallHandshake.type
        }
    }

    private var ownAttributes: [Attribute] {
        switch kind {
        case .refuse(let kind): kind.attributes
        case .stall(let kind): kind.attributes
        }
    }

    /// What of a selection means something before there are messages.
    private static let meaningful = ["path", "connection", "skip", "count", "every_n", "for_ms"]

    private var selectionAttributes: [Attribute] {
        selection.attributes.filter { Self.meaningful.contains($0.name) }
    }

    /// Its own attributes, and those of the selection that say something.
    public var attributes: [Attribute] {
        let silent: [AttributeValue] = [.text(""), .integer(0)]
        return ownAttributes + selectionAttributes.filter { !silent.contains($0.value) }
    }

    /// Every attribute that it knows.
    public var knownAttributes: [Attribute] { ownAttributes + selectionAttributes }

    /// The same fault with other attributes, and its budget whole again.
    ///
    /// - Throws: ``FaultFlaw``.
    public func with(_ values: [String: AttributeValue]) throws(FaultFlaw) -> UpgradeFault {
        var merged: [String: AttributeValue] = [:]
        for attribute in knownAttributes { merged[attribute.name] = attribute.value }
        merged.merge(values) { _, new in new }
        let reader = AttributeValues(merged)
        let kind: Kind =
            switch kind {
            case .refuse: .refuse(try WSRefuse(reader))
            case .stall: .stall(try WSStallHandshake(reader))
            }
        let isBeforeRequest: Bool =
            switch kind {
            case .refuse(let refuse): refuse.how == .reset
            case .stall: true
            }
        guard !isBeforeRequest || reader.text("path", "").isEmpty else {
            throw FaultFlaw("path cannot be told before there is a request; leave it out here")
        }
        return UpgradeFault(kind, try Selection(reader))
    }

    /// Two faults are the same when they do the same to the same connections.
    public static func == (left: UpgradeFault, right: UpgradeFault) -> Bool {
        left.type == right.type && left.knownAttributes == right.knownAttributes
    }
}

/// What a client is answered that is refused.
public struct Refusal: Equatable, Sendable {
    /// The HTTP status.
    public var status: Int
    /// The answer's body.
    public var body: String
    /// The fault.
    public var cause: String
}

extension FaultPlan {
    /// The fault that refuses a TCP connection with RST; it is counted as touched.
    ///
    /// - Parameters:
    ///   - connection: The connection.
    ///   - now: The time.
    /// - Returns: The fault's name; `nil` when the connection is accepted.
    public func resetsConnect(of connection: ConnectionID, at now: Instant) -> String? {
        for toxic in toxics {
            guard case .upgrade(let fault) = toxic.fault, case .refuse(let refuse) = fault.kind,
                refuse.how == .reset, takes(toxic, fault, connection, path: nil, at: now)
            else { continue }
            return toxic.name
        }
        return nil
    }

    /// What an upgrade is answered in place of the server's answer; it is counted as touched.
    ///
    /// - Parameters:
    ///   - connection: The connection.
    ///   - path: The request's target.
    ///   - now: The time.
    /// - Returns: The answer; `nil` when the upgrade goes on.
    public func refusal(
        of connection: ConnectionID,
        path: String,
        at now: Instant
    ) -> Refusal? {
        for toxic in toxics {
            guard case .upgrade(let fault) = toxic.fault, case .refuse(let refuse) = fault.kind,
                refuse.how == .answer, takes(toxic, fault, connection, path: path, at: now)
            else { continue }
            return Refusal(status: Int(refuse.status), body: refuse.body, cause: toxic.name)
        }
        return nil
    }

    private func takes(
        _ toxic: Toxic,
        _ fault: UpgradeFault,
        _ connection: ConnectionID,
        path: String?,
        at now: Instant
    ) -> Bool {
        // Before there is a request nothing is known of its path.
        guard fault.selection.admits(connection, path: path ?? "") else { return false }
        return fault.budget.take(
            fault.selection.limits,
            at: now,
            isDrawn: toxic.isDrawn(on: connection, seed: seed)
        )
    }
}
