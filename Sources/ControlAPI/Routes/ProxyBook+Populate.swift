internal import Documents
internal import Faults
internal import Vocabulary

// Many proxies at once.
extension ProxyBook {
    mutating func populate(_ request: ControlRequest) -> ControlTurn {
        var wishes: [ProxyWish] = []
        do throws(ControlError) {
            let values: [JSONValue]
            switch try JSONValue(body: request.body) {
            case .null: values = []
            case .array(let list): values = list
            case let other: throw .badBody("the body is no array but \(other.kind)")
            }
            for (index, value) in values.enumerated() {
                let wish = try ProxyWish(JSONMembers(value, what: "proxy \(index + 1)"))
                guard let name = wish.name, !name.isEmpty else {
                    throw .missing("name", at: index + 1)
                }
                guard let upstream = wish.upstream, !upstream.isEmpty else {
                    throw .missing("upstream", at: index + 1)
                }
                try Self.check(name: name, upstream: upstream)
                try checkUpstream(upstream)
                wishes.append(wish)
            }
        } catch {
            // Nothing was created.
            return .reply(Self.populated(error, nil))
        }
        guard !wishes.isEmpty else { return .reply(.json(201, "{\"proxies\":null}")) }
        return populate(wishes[...], done: [], request)
    }

    /// Goes on with the first of what is left; the first failure ends it, and what was done stays.
    private mutating func populate(
        _ wishes: ArraySlice<ProxyWish>,
        done: [String],
        _ request: ControlRequest
    ) -> ControlTurn {
        var rest = wishes
        guard let wish = rest.popFirst() else {
            return .reply(.json(201, "{\"proxies\":\(list(done))}"))
        }
        let (name, left) = (wish.name ?? "", rest)
        do throws(ControlError) {
            guard let existing = proxies[name] else {
                try checkRoom()
                return try populate(fresh: wish, replaces: nil, left, done: done, request)
            }
            guard try differs(wish, from: existing) || wish.listen == nil else {
                // Left alone entirely, whatever `enabled` says.
                return populate(left, done: done + [name], request)
            }
            guard existing.isEnabled else {
                return try populate(fresh: wish, replaces: existing, left, done: done, request)
            }
            let stop = ControlWork.stop(proxy: name, change: change(.disabled, by: request))
            return .work(stop) { book, result in
                guard result != .timedOut else { return .reply(.timedOut) }
                book.proxies[name]?.isEnabled = false
                do throws(ControlError) {
                    return try book.populate(
                        fresh: wish,
                        replaces: existing,
                        left,
                        done: done,
                        request
                    )
                } catch {
                    return .reply(Self.populated(error, book.list(done)))
                }
            }
        } catch {
            return .reply(Self.populated(error, list(done)))
        }
    }

    /// Creates a proxy without toxics, in place of an older one of the same name.
    private mutating func populate(
        fresh wish: ProxyWish,
        replaces older: ControlledProxy?,
        _ left: ArraySlice<ProxyWish>,
        done: [String],
        _ request: ControlRequest
    ) throws(ControlError) -> ControlTurn {
        let name = wish.name ?? ""
        let proxy = ControlledProxy(
            name: name,
            listen: wish.listen ?? "",
            upstream: wish.upstream ?? "",
            isEnabled: false
        )
        if older?.faults.isEmpty == false {
            // The older one's connections are closed; the new ones suffer nothing.
            proxies[name] = proxy
            let clear = PlanChange(
                proxy: name,
                plan: plan(of: name),
                changes: [change(.removed, by: request)]
            )
            return .work(.apply([clear])) { book, _ in
                do throws(ControlError) {
                    return try book.populate(
                        fresh: wish,
                        replaces: nil,
                        left,
                        done: done,
                        request
                    )
                } catch {
                    return .reply(Self.populated(error, book.list(done)))
                }
            }
        }
        guard wish.isEnabled ?? true else {
            proxies[name] = proxy
            return populate(left, done: done + [name], request)
        }
        let isNew = proxies[name] == nil
        return try start(proxy, request) { book, failure in
            guard let failure else {
                return book.populate(left, done: done + [name], request)
            }
            if isNew { book.proxies[name] = nil }
            return .reply(failure.withProxies(book.list(done)))
        }
    }

    private func list(_ names: [String]) -> String {
        "[" + names.compactMap { proxies[$0]?.json }.joined(separator: ",") + "]"
    }

    private static func populated(_ error: ControlError, _ proxies: String?) -> ControlReply {
        ControlReply(error).withProxies(proxies ?? "null")
    }

    // MARK: Reset

    /// Starts every proxy, takes all toxics away, heals all partitions and stops all scenarios.
    mutating func reset(_ request: ControlRequest) -> ControlTurn {
        for index in runs.indices where runs[index].state == .running {
            runs[index].state = .stopped
            runs[index].formers = []
        }
        return reset(proxies.keys.sorted()[...], request)
    }

    private mutating func reset(
        _ names: ArraySlice<String>,
        _ request: ControlRequest
    ) -> ControlTurn {
        var rest = names
        guard let name = rest.popFirst(), let proxy = proxies[name] else {
            return .reply(.noContent)
        }
        let left = rest
        guard proxy.isEnabled else {
            do throws(ControlError) {
                return try start(proxy, request) { book, failure in
                    failure.map { .reply($0) } ?? book.reset(names, request)
                }
            } catch {
                return .reply(ControlReply(error))
            }
        }
        guard !proxy.faults.isEmpty else { return reset(left, request) }
        // One record a toxic, one plan for all of them.
        proxies[name]?.toxics = []
        proxies[name]?.partition = ProxyPartition()
        let healing = PlanChange(
            proxy: name,
            plan: plan(of: name),
            changes: proxy.faults.map { change(.removed, $0, by: request) }
        )
        return .work(.apply([healing])) { book, result in
            result == .timedOut ? .reply(.timedOut) : book.reset(left, request)
        }
    }
}

extension ControlReply {
    /// Errors of `/populate` are JSON, end without a line break, and say what was done before.
    fileprivate func withProxies(_ proxies: String) -> ControlReply {
        guard body.hasSuffix("}\n") else { return self }
        return .json(status, body.dropLast(2) + ",\"proxies\":\(proxies)}")
    }
}
