internal import Faults
internal import Vocabulary

// Adding, changing and removing toxics.
extension ProxyBook {
    mutating func createToxic(
        _ proxyName: String,
        _ request: ControlRequest
    ) throws(ControlError) -> ControlTurn {
        _ = try proxy(proxyName)
        let wish = try ToxicWish(JSONMembers(request.body))
        return try add(wish, to: proxyName, request)
    }

    /// Adds a toxic.
    mutating func add(
        _ wish: ToxicWish,
        to proxyName: String,
        ownSeed: UInt64? = nil,
        _ request: ControlRequest
    ) throws(ControlError) -> ControlTurn {
        let proxy = try proxy(proxyName)
        guard !proxy.toxics.contains(where: { $0.name == wish.name }) else { throw .toxicExists }
        try wish.checkName()
        try Self.checkRoom(for: proxy.toxics.count + 1)
        var toxic = try wish.toxic(id: makeToxicID())
        toxic.ownSeed = ownSeed
        proxies[proxyName]?.toxics.append(toxic)
        return apply(.added, toxic, to: proxyName, request, reply: .json(toxic.json))
    }

    mutating func updateToxic(
        _ name: String,
        of proxyName: String,
        _ request: ControlRequest
    ) throws(ControlError) -> ControlTurn {
        _ = try toxic(name, of: proxyName)
        return try update(name, of: proxyName, JSONMembers(request.body), request)
    }

    /// Changes a toxic as the members say.
    mutating func update(
        _ name: String,
        of proxyName: String,
        _ members: JSONMembers,
        _ request: ControlRequest
    ) throws(ControlError) -> ControlTurn {
        var toxic = try toxic(name, of: proxyName)
        toxic.toxicity = try members.float("toxicity") ?? toxic.toxicity
        toxic.fault = try Self.fault(toxic.fault, with: members)
        let id = toxic.id
        guard let index = proxies[proxyName]?.toxics.firstIndex(where: { $0.id == id }) else {
            throw .toxicNotFound
        }
        proxies[proxyName]?.toxics[index] = toxic
        return apply(.updated, toxic, to: proxyName, request, reply: .json(toxic.json))
    }

    mutating func deleteToxic(
        _ name: String,
        of proxyName: String,
        _ request: ControlRequest
    ) throws(ControlError) -> ControlTurn {
        let toxic = try toxic(name, of: proxyName)
        proxies[proxyName]?.toxics.removeAll { $0.id == toxic.id }
        return apply(.removed, toxic, to: proxyName, request, reply: .noContent)
    }

    private func apply(
        _ action: FaultChange.Action,
        _ toxic: Toxic,
        to proxyName: String,
        _ request: ControlRequest,
        reply: ControlReply
    ) -> ControlTurn {
        let plan = PlanChange(
            proxy: proxyName,
            plan: plan(of: proxyName),
            changes: [change(action, toxic, by: request)]
        )
        return applying([plan]) { _ in reply }
    }

    /// Whether a proxy may have so many toxics.
    static func checkRoom(for count: Int) throws(ControlError) {
        guard count <= ControlLimits.toxicCountMax else {
            throw ControlError(
                400,
                "there are \(count - 1) toxics already, which is the most"
            )
        }
    }

    /// The fault with the attributes of a body; all of them count, or none.
    static func fault(
        _ fault: Fault,
        with members: JSONMembers
    ) throws(ControlError) -> Fault {
        var values: [String: AttributeValue] = [:]
        if let attributes = try members.object("attributes") {
            for attribute in fault.knownAttributes {
                values[attribute.name] = try attributes.value(like: attribute)
            }
        }
        do throws(FaultFlaw) {
            return try fault.with(values)
        } catch {
            throw ControlError(400, "bad attributes: \(error.sentence)")
        }
    }
}

extension JSONMembers {
    /// The value of an attribute, which is of the kind that it has always been of.
    fileprivate func value(like attribute: Attribute) throws(ControlError) -> AttributeValue? {
        switch attribute.value {
        case .integer: try integer(attribute.name).map { .integer($0) }
        case .text: try string(attribute.name).map { .text($0) }
        case .truth: try bool(attribute.name).map { .truth($0) }
        }
    }
}
