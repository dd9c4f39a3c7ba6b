internal import Faults
internal import Vocabulary

// Creating, changing and removing proxies.
extension ProxyBook {
    mutating func createProxy(_ request: ControlRequest) throws(ControlError) -> ControlTurn {
        let members = try JSONMembers(request.body)
        let wanted = try ProxyWish(members)
        guard let name = wanted.name, !name.isEmpty else { throw .missing("name") }
        guard let upstream = wanted.upstream, !upstream.isEmpty else { throw .missing("upstream") }
        try Self.check(name: name, upstream: upstream)
        guard proxies[name] == nil else { throw .proxyExists }
        try checkUpstream(upstream)
        try checkRoom()
        let proxy = ControlledProxy(
            name: name,
            listen: wanted.listen ?? "",
            upstream: upstream,
            isEnabled: false
        )
        guard wanted.isEnabled ?? true else {
            proxies[name] = proxy
            return .reply(.json(201, proxy.json))
        }
        return try start(proxy, request) { book, failure in
            guard let failure else {
                return .reply(.json(201, book.proxies[name]?.json ?? "{}"))
            }
            // Nothing is left behind.
            book.proxies[name] = nil
            return .reply(failure)
        }
    }

    mutating func deleteProxy(
        _ name: String,
        _ request: ControlRequest
    ) throws(ControlError) -> ControlTurn {
        _ = try proxy(name)
        let change = change(.disabled, by: request)
        proxies[name] = nil
        return .work(.remove(proxy: name, change: change)) { _, result in
            .reply(result == .timedOut ? .timedOut : .noContent)
        }
    }

    mutating func updateProxy(
        _ name: String,
        _ request: ControlRequest
    ) throws(ControlError) -> ControlTurn {
        var proxy = try proxy(name)
        let wanted = try ProxyWish(JSONMembers(request.body))
        if let upstream = wanted.upstream {
            if proxy.securesUpstream, upstream.contains("://") {
                throw ControlError(
                    400,
                    "upstream is '\(upstream.prefix(120))'; '\(name)' speaks TLS with its server "
                        + "whatever a call says, so write host:port"
                )
            }
            try Self.check(name: name, upstream: upstream)
            try checkUpstream(upstream)
        }
        let isEnabled = wanted.isEnabled ?? proxy.isEnabled
        guard try differs(wanted, from: proxy) else {
            return try setEnabled(isEnabled, of: proxy, request)
        }
        let wasEnabled = proxy.isEnabled
        proxy.listen = wanted.listen ?? proxy.listen
        proxy.upstream = wanted.upstream ?? proxy.upstream
        let changed = proxy
        guard wasEnabled else { return try begin(changed, isEnabled: isEnabled, request) }
        return .work(.stop(proxy: name, change: change(.disabled, by: request))) { book, result in
            guard result != .timedOut else { return .reply(.timedOut) }
            do throws(ControlError) {
                return try book.begin(changed, isEnabled: isEnabled, request)
            } catch {
                return .reply(ControlReply(error))
            }
        }
    }

    /// Takes the changed values of a stopped proxy, and starts it if it is to run.
    private mutating func begin(
        _ proxy: ControlledProxy,
        isEnabled: Bool,
        _ request: ControlRequest
    ) throws(ControlError) -> ControlTurn {
        var proxy = proxy
        proxy.isEnabled = false
        proxies[proxy.name] = proxy
        return try setEnabled(isEnabled, of: proxy, request)
    }

    /// Accepts clients, or nobody.
    mutating func setEnabled(
        _ isEnabled: Bool,
        of proxy: ControlledProxy,
        _ request: ControlRequest
    ) throws(ControlError) -> ControlTurn {
        let name = proxy.name
        guard isEnabled != proxy.isEnabled else {
            return .reply(.json(proxy.json))
        }
        guard !isEnabled else {
            return try start(proxy, request) { book, failure in
                .reply(failure ?? .json(book.proxies[name]?.json ?? "{}"))
            }
        }
        return .work(.stop(proxy: name, change: change(.disabled, by: request))) { book, result in
            guard result != .timedOut else { return .reply(.timedOut) }
            book.proxies[name]?.isEnabled = false
            return .reply(.json(book.proxies[name]?.json ?? "{}"))
        }
    }

    /// Starts a proxy, notes where it listens, and goes on with `then`, which is given the reply that says
    /// why the proxy could not start.
    mutating func start(
        _ proxy: ControlledProxy,
        _ request: ControlRequest,
        then: @escaping @Sendable (inout ProxyBook, ControlReply?) -> ControlTurn
    ) throws(ControlError) -> ControlTurn {
        let listen: Endpoint
        switch ListenText.read(proxy.listen) {
        case .success(let endpoint): listen = endpoint
        case .failure(let error): throw ControlError(error.status, "listen tcp: \(error.message)")
        }
        guard let upstream = ListenText.upstream(proxy.upstream) else {
            throw Self.badUpstream(proxy.upstream)
        }
        // Its toxics are there before its first connection.
        proxies[proxy.name] = proxy
        let work = ControlWork.start(
            proxy: proxy.name,
            listen: listen,
            upstream: upstream,
            change: change(.enabled, by: request)
        )
        return .work(work) { book, result in
            switch result {
            case .listening(let endpoint):
                book.noteListening(proxy.name, at: endpoint)
                return then(&book, nil)
            case .done, .snapshots, .ended, .sealed:
                book.noteListening(proxy.name, at: listen)
                return then(&book, nil)
            case .failed(let reason):
                let message = "listen tcp \(listen): bind: \(reason)"
                return then(&book, ControlReply(ControlError(500, message)))
            case .timedOut:
                return then(&book, .timedOut)
            }
        }
    }

    // MARK: Checks

    /// Whether the proxy has to stop for what is wanted.
    func differs(
        _ wanted: ProxyWish,
        from proxy: ControlledProxy
    ) throws(ControlError) -> Bool {
        let isElsewhere = wanted.upstream.map { $0 != proxy.upstream } ?? false
        guard let listen = wanted.listen, listen != proxy.listen else {
            return isElsewhere || wanted.listen?.hasSuffix(":0") == true
        }
        // A place that cannot be read is found out before anything is stopped.
        switch ListenText.read(listen) {
        case .success(let endpoint):
            return isElsewhere || endpoint.description != proxy.listen || endpoint.port == 0
        case .failure(let error): throw error
        }
    }

    static func check(name: String, upstream: String) throws(ControlError) {
        guard !name.contains("/"), name.utf8.count <= ControlLimits.nameByteCountMax else {
            throw ControlError(
                400,
                "name is '\(name.prefix(120))'; it must not contain '/', and is at most "
                    + "\(ControlLimits.nameByteCountMax) bytes long"
            )
        }
        guard ListenText.upstream(upstream) != nil else { throw badUpstream(upstream) }
    }

    func checkRoom() throws(ControlError) {
        guard proxies.count < ControlLimits.proxyCountMax else {
            throw ControlError(400, "there are \(proxies.count) proxies already, which is the most")
        }
    }

    private static func badUpstream(_ text: String) -> ControlError {
        ControlError(
            400,
            "upstream is '\(text.prefix(120))'; write it as host:port, for example 127.0.0.1:8000"
        )
    }
}

/// What a body says of a proxy.
struct ProxyWish {
    var name: String?
    var listen: String?
    var upstream: String?
    var isEnabled: Bool?

    init(_ members: JSONMembers) throws(ControlError) {
        name = try members.string("name")
        listen = try members.string("listen")
        upstream = try members.string("upstream")
        isEnabled = try members.bool("enabled")
    }
}
