public import Documents
public import Faults
internal import Vocabulary

// The plan of all faults, whole.
extension ProxyBook {
    /// What a plan has changed of one proxy.
    struct PlanDifference: Sendable {
        var proxy: String
        var added: [Toxic] = []
        var updated: [Toxic] = []
        var removed: [Toxic] = []
        var unchanged: [Toxic] = []
    }

    /// All faults of all proxies, in a shape that can be put back.
    var faultsText: String {
        JSONText.object([
            ("seed", String(seed)),
            (
                "proxies",
                JSONText.object(
                    proxies.sorted { $0.key < $1.key }.map { ($0.key, $0.value.faultsJSON) }
                )
            ),
        ])
    }

    /// Puts a whole plan in the place of what there is.
    mutating func putFaults(_ request: ControlRequest) throws(ControlError) -> ControlTurn {
        let document = try request.bodyDocument()
        let differences: [PlanDifference]
        let changes: [PlanChange]
        do throws(DocumentError) {
            (differences, changes) = try take(document, by: request)
        } catch {
            throw ControlError(error)
        }
        return applying(changes) { book in .json(book.text(differences)) }
    }

    /// Takes a plan that was given at the start.
    ///
    /// - Parameters:
    ///   - document: The plan.
    ///   - source: Who gave it, for the record.
    /// - Returns: What each proxy's connections are to suffer; nothing for those that it leaves alone.
    /// - Throws: ``DocumentError``: what is wrong and where; then nothing has changed.
    public mutating func adopt(
        _ document: Document,
        source: String
    ) throws(DocumentError) -> [PlanChange] {
        let request = ControlRequest(method: "PUT", path: "/faults", source: source)
        return try take(document, by: request).1
    }

    /// What the connections of a proxy suffer.
    public func faults(of proxy: String) -> FaultPlan { plan(of: proxy) }

    // MARK: Taking

    private mutating func take(
        _ document: Document,
        by request: ControlRequest
    ) throws(DocumentError) -> ([PlanDifference], [PlanChange]) {
        let wish = try PlanWish(document)
        // A copy: nothing of a plan counts before all of it is known to be good.
        var book = self
        let isReseeded = wish.seed.map { $0 != seed } ?? false
        book.seed = wish.seed ?? seed
        for proxy in wish.proxies where proxies[proxy.name] == nil {
            var error = proxy.node.wrong("proxy '\(proxy.name.prefix(120))' not found")
            error.status = 404
            throw error
        }
        var differences: [PlanDifference] = []
        var changes: [PlanChange] = []
        for name in proxies.keys.sorted() {
            let wanted =
                wish.proxies.first { $0.name == name }
                ?? PlanWish.Proxy(name: name, node: document.root)
            let difference = try book.take(wanted)
            differences.append(difference)
            let partition = book.setPartition(wanted.extent, of: name, by: request)
            let records =
                difference.removed.map { book.change(.removed, $0, by: request) }
                + difference.updated.map { book.change(.updated, $0, by: request) }
                + difference.added.map { book.change(.added, $0, by: request) }
                + (partition?.changes ?? [])
            guard !records.isEmpty || isReseeded else { continue }
            changes.append(
                PlanChange(proxy: name, plan: book.plan(of: name), changes: records)
            )
        }
        self = book
        return (differences, changes)
    }

    /// Takes the toxics of one proxy; those that are the same keep their number and so their state.
    private mutating func take(
        _ wanted: PlanWish.Proxy
    ) throws(DocumentError) -> PlanDifference {
        let old = proxies[wanted.name]?.toxics ?? []
        var difference = PlanDifference(proxy: wanted.name)
        var toxics: [Toxic] = []
        for (index, (wish, node)) in wanted.toxics.enumerated() {
            let what = "toxic \(index + 1) ('\(wish.name.prefix(120))')"
            guard !toxics.contains(where: { $0.name == wish.name }) else {
                throw node.wrong("\(what): the name is there twice")
            }
            var toxic = try node.located(what) { () throws(ControlError) in
                try Self.checkRoom(for: index + 1)
                return try wish.toxic(id: 0)
            }
            let same = old.first {
                $0.name == toxic.name && $0.direction == toxic.direction
                    && $0.fault.type == toxic.fault.type
            }
            toxic.id = same?.id ?? makeToxicID()
            toxics.append(toxic)
            if same == nil {
                difference.added.append(toxic)
            } else if same?.fault == toxic.fault, same?.toxicity == toxic.toxicity {
                difference.unchanged.append(toxic)
            } else {
                difference.updated.append(toxic)
            }
        }
        let kept = Set(toxics.map(\.id))
        difference.removed = old.filter { !kept.contains($0.id) }
        proxies[wanted.name]?.toxics = toxics
        return difference
    }

    private func text(_ differences: [PlanDifference]) -> String {
        func names(_ toxics: [Toxic]) -> String {
            "[" + toxics.map { JSONText.quoted($0.name) }.joined(separator: ",") + "]"
        }
        let members = differences.map { difference in
            (
                difference.proxy,
                JSONText.object([
                    ("added", names(difference.added)), ("updated", names(difference.updated)),
                    ("removed", names(difference.removed)),
                    ("unchanged", names(difference.unchanged)),
                    ("partition", proxies[difference.proxy]?.partition.json ?? "null"),
                ])
            )
        }
        return JSONText.object([("seed", String(seed)), ("proxies", JSONText.object(members))])
    }
}

extension ControlledProxy {
    fileprivate var faultsJSON: String {
        JSONText.object([
            ("toxics", "[" + toxics.map(\.json).joined(separator: ",") + "]"),
            ("partition", partition.json),
        ])
    }
}

extension ProxyPartition {
    /// What is silent, or `null`.
    var json: String { extent.map { JSONText.quoted($0.rawValue) } ?? "null" }
}
