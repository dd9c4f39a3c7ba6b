internal import Telemetry
internal import Vocabulary

// Looking at connections, and ending them.
extension ProxyBook {
    func listConnections(_ call: ControlCall) throws(ControlError) -> ControlTurn {
        let names = try names(call.query["proxy"])
        let limit = try call.query.number("limit", in: 1...ControlLimits.connectionCountMax)
        let after = try call.query["after"].map(Self.connection) ?? ConnectionID(rawValue: 0)
        let query = ConnectionQuery.page(
            after: after,
            count: limit ?? ControlLimits.connectionCountDefault
        )
        return observe(names, query) { shots throws(ControlError) in
            let active = shots.reduce(0) { $0 + $1.activeCount }
            let list = shots.flatMap { shot in shot.connections.map { $0.json(of: shot.name) } }
            return .json(
                JSONText.object([
                    ("active", String(active)), ("connections", JSONText.array(list)),
                ])
            )
        }
    }

    func showConnection(_ call: ControlCall) throws(ControlError) -> ControlTurn {
        let names = try names(call.query["proxy"])
        let id = try Self.connection(call.value("id"))
        return observe(names, .one(id)) { shots throws(ControlError) in
            let (proxy, connection) = try Self.only(id, of: shots)
            return .json(connection.json(of: proxy))
        }
    }

    func endConnection(_ call: ControlCall) throws(ControlError) -> ControlTurn {
        let names = try names(call.query["proxy"])
        let id = try Self.connection(call.value("id"))
        let how = try Self.termination(call.query)
        let source = call.request.source
        return .work(.observe(proxies: names, .one(id))) { _, result in
            guard case .snapshots(let shots) = result else { return .reply(.unanswered) }
            do throws(ControlError) {
                let (proxy, _) = try Self.only(id, of: shots)
                return .work(.terminate(proxies: [proxy], id, how, source: source)) { _, result in
                    switch result {
                    case .ended(0): .reply(.refusal(.connectionNotFound))
                    case .ended: .reply(.noContent)
                    default: .reply(.unanswered)
                    }
                }
            } catch {
                return .reply(.refusal(error))
            }
        }
    }

    func endConnections(_ call: ControlCall) throws(ControlError) -> ControlTurn {
        let names = try names(call.query["proxy"])
        let how = try Self.termination(call.query)
        let work = ControlWork.terminate(proxies: names, nil, how, source: call.request.source)
        return .work(work) { _, result in
            guard case .ended(let count) = result else { return .reply(.unanswered) }
            return .reply(.json("{\"ended\":\(count)}"))
        }
    }

    /// Asks how proxies stand, and makes an answer of it.
    func observe(
        _ names: [String],
        _ query: ConnectionQuery = .none,
        _ reply: @escaping @Sendable ([ProxySnapshot]) throws(ControlError) -> ControlReply
    ) -> ControlTurn {
        .work(.observe(proxies: names, query)) { _, result in
            guard case .snapshots(let shots) = result else { return .reply(.unanswered) }
            do throws(ControlError) {
                return .reply(try reply(shots))
            } catch {
                return .reply(.refusal(error))
            }
        }
    }

    /// The one connection of a number, and its proxy.
    private static func only(
        _ id: ConnectionID,
        of shots: [ProxySnapshot]
    ) throws(ControlError) -> (String, ConnectionSnapshot) {
        let found = shots.flatMap { shot in shot.connections.map { (shot.name, $0) } }
        guard let first = found.first else {
            // It may be one of a loop that does not answer.
            let isSilent = shots.contains { $0.silentLoopCount > 0 }
            throw isSilent ? .unanswered : .connectionNotFound
        }
        guard found.count == 1 else {
            let names = found.map(\.0).joined(separator: ", ")
            throw ControlError(
                409,
                "\(id) is a connection of \(found.count) proxies: \(names); say which with "
                    + "?proxy=\(first.0)"
            )
        }
        return first
    }

    // MARK: What is said

    /// `c7`, as captures name it, or `7`.
    static func connection(_ text: String) throws(ControlError) -> ConnectionID {
        let digits = text.hasPrefix("c") ? text.dropFirst() : text[...]
        guard let number = UInt64(digits), digits.first != "+" else {
            throw ControlError(
                400,
                "connection is '\(text.prefix(80))'; write its number, for example c7"
            )
        }
        return ConnectionID(rawValue: number)
    }

    static func termination(_ query: QueryParameters) throws(ControlError) -> Termination {
        let how = query["how"] ?? "fin"
        if how != "close" {
            for name in ["code", "reason"] where query[name] != nil {
                throw ControlError(400, "\(name) is for a close frame; add how=close")
            }
        }
        switch how {
        case "fin": return .fin
        case "reset": return .reset
        case "close":
            let code = try query.number("code", in: 1000...4999) ?? 1001
            guard Self.mayBeSent(code) else {
                throw ControlError(
                    400,
                    "code is \(code), which must not be sent in a close frame; choose one of 1000 to "
                        + "1003, 1007 to 1014 or 3000 to 4999"
                )
            }
            let reason = query["reason"] ?? ""
            guard reason.utf8.count <= ControlLimits.reasonByteCountMax else {
                throw ControlError(
                    400,
                    "reason has \(reason.utf8.count) bytes; a close frame has room for "
                        + "\(ControlLimits.reasonByteCountMax)"
                )
            }
            return .close(code: UInt16(code), reason: reason)
        default:
            throw ControlError(
                400,
                "how is '\(how.prefix(80))'; choose one of fin, reset and close"
            )
        }
    }

    /// RFC 6455 §7.4: 1004 to 1006 and 1015 are reserved, the rest below 3000 is not defined.
    private static func mayBeSent(_ code: Int) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
