internal import Faults
internal import Vocabulary

// Partitions: a proxy whose traffic stands still without a word.
extension ProxyBook {
    mutating func partition(_ request: ControlRequest) throws(ControlError) -> ControlTurn {
        let members = try JSONMembers(request.body)
        let name = try onlyProxy(unless: members.string("proxy"))
        let text = try members.string("direction") ?? ProxyPartition.Extent.both.rawValue
        let extent = try Self.extent(text)
        let change = setPartition(extent, of: name, by: request)
        let json = partitionJSON(name)
        return applying(change.map { [$0] } ?? []) { _ in .json(json) }
    }

    /// Heals one proxy, or all.
    mutating func heal(_ request: ControlRequest) throws(ControlError) -> ControlTurn {
        var names = proxies.keys.sorted()
        if let name = request.parameter("proxy") {
            _ = try proxy(name)
            names = [name]
        }
        let changes = names.compactMap { setPartition(nil, of: $0, by: request) }
        return applying(changes) { _ in .noContent }
    }

    /// All that are in place.
    var partitionsText: String {
        let names = proxies.keys.sorted().filter { proxies[$0]?.partition.extent != nil }
        return "[" + names.map(partitionJSON).joined(separator: ",") + "]"
    }

    private func partitionJSON(_ name: String) -> String {
        JSONText.object([
            ("proxy", JSONText.quoted(name)),
            ("direction", proxies[name]?.partition.json ?? "null"),
        ])
    }

    /// Reads what is to be silent.
    static func extent(_ text: String) throws(ControlError) -> ProxyPartition.Extent {
        guard let extent = ProxyPartition.Extent(rawValue: text) else {
            let words = ProxyPartition.Extent.allCases.map(\.rawValue).joined(separator: ", ")
            throw ControlError(
                400,
                "direction is '\(text.prefix(60))'; choose one of: \(words)"
            )
        }
        return extent
    }

    /// The proxy that is meant, which may be left out when there is one.
    func onlyProxy(unless name: String?) throws(ControlError) -> String {
        if let name {
            _ = try proxy(name)
            return name
        }
        guard let only = proxies.keys.first, proxies.count == 1 else {
            let names = proxies.keys.sorted().prefix(10).joined(separator: ", ")
            throw ControlError(
                400,
                proxies.isEmpty
                    ? "there is no proxy"
                    : "say which proxy is meant: there are \(proxies.count) (\(names))"
            )
        }
        return only
    }

    /// Changes a proxy's partition in the book.
    ///
    /// - Returns: What has to be told to its connections; `nil` when nothing changes.
    mutating func setPartition(
        _ extent: ProxyPartition.Extent?,
        of name: String,
        by request: ControlRequest
    ) -> PlanChange? {
        guard var proxy = proxies[name] else { return nil }
        let (removed, added) = proxy.partition.set(extent) { makeToxicID() }
        guard !removed.isEmpty || !added.isEmpty else { return nil }
        proxies[name] = proxy
        let changes =
            removed.map { change(.removed, $0, by: request) }
            + added.map { change(.added, $0, by: request) }
        return PlanChange(proxy: name, plan: plan(of: name), changes: changes)
    }

    /// Has plans applied, and then answers.
    func applying(
        _ changes: [PlanChange],
        reply: @escaping @Sendable (ProxyBook) -> ControlReply
    ) -> ControlTurn {
        guard !changes.isEmpty else { return .reply(reply(self)) }
        return .work(.apply(changes)) { book, result in
            .reply(result == .timedOut ? .timedOut : reply(book))
        }
    }
}
