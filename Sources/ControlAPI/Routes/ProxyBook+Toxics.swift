internal import Faults
internal import Vocabulary

// Adding, changing and removing toxics.
extension ProxyBook {
    mutating func createToxic(
        _ proxyName: String,
        _ request: ControlRequest
    ) throws(ControlError) -> ControlTurn {
        let proxy = try proxy(proxyName)
        let members = try JSONMembers(request.body)
        let type = try members.string("type") ?? ""
        let stream = try members.string("stream") ?? "downstream"
        let wantedName = try members.string("name") ?? ""
        let toxicity = try members.float("toxicity") ?? 1
        let direction = try Self.direction(stream)
        guard let fault = ByteFault(type: type) else { throw .invalidType }
        let name = wantedName.isEmpty ? "\(type)_\(stream)" : wantedName
        guard !proxy.toxics.contains(where: { $0.name == name }) else { throw .toxicExists }
        guard name.utf8.count <= ControlLimits.nameByteCountMax else {
            throw ControlError(
                400,
                "name is longer than \(ControlLimits.nameByteCountMax) bytes"
            )
        }
        guard proxy.toxics.count < ControlLimits.toxicCountMax else {
            throw ControlError(
                400,
                "there are \(proxy.toxics.count) toxics already, which is the most"
            )
        }
        let toxic = Toxic(
            id: makeToxicID(),
            name: name,
            stream: stream,
            direction: direction,
            toxicity: toxicity,
            fault: try Self.fault(fault, with: members)
        )
        proxies[proxyName]?.toxics.append(toxic)
        return apply(.added, toxic, to: proxyName, request, reply: .json(toxic.json))
    }

    mutating func updateToxic(
        _ name: String,
        of proxyName: String,
        _ request: ControlRequest
    ) throws(ControlError) -> ControlTurn {
        var toxic = try toxic(name, of: proxyName)
        let members = try JSONMembers(request.body)
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
        let work = ControlWork.apply(
            proxy: proxyName,
            plan: plan(of: proxyName),
            change: change(action, toxic, by: request)
        )
        return .work(work) { _, result in .reply(result == .timedOut ? .timedOut : reply) }
    }

    private static func direction(_ stream: String) throws(ControlError) -> Direction {
        switch stream.lowercased() {
        case "upstream": .clientToServer
        case "downstream": .serverToClient
        default: throw .invalidStream
        }
    }

    /// The fault with the attributes of a body; all of them count, or none.
    private static func fault(
        _ fault: ByteFault,
        with members: JSONMembers
    ) throws(ControlError) -> ByteFault {
        var values: [String: Int64] = [:]
        if let attributes = try members.object("attributes") {
            for (name, _) in fault.attributes {
                values[name] = try attributes.integer(name)
            }
        }
        let changed = fault.with(values)
        if let flaw = changed.flaw { throw ControlError(400, "bad attributes: \(flaw)") }
        return changed
    }
}
