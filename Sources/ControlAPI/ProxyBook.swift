public import Faults
public import Vocabulary

/// Everything that the control port knows, and what each call makes of it.
///
/// ```
///   ControlRequest ──▶ ProxyBook.answer ──▶ .reply
///                          ▲      └───────▶ .work ──▶ sockets ──┐
///                          └────────── then(&book, result) ◀────┘
/// ```
///
/// - **In:** requests, and how the work that they asked for went.
/// - **Out:** replies with Toxiproxy's bodies and statuses (docs/control-api.md), and work.
/// - **Never:** waits, or touches a socket. Calls come one after another.
public struct ProxyBook: Sendable {
    /// By name.
    public internal(set) var proxies: [String: ControlledProxy] = [:]
    /// All chance of faults follows from it.
    public internal(set) var seed: UInt64
    /// What the operator has said.
    public let rules: ControlRules
    /// The upstreams of the configuration: calls may always ask for them.
    private let configuredUpstreams: Set<Endpoint>
    /// The version of the API that is spoken: clients choose their methods by it.
    static let spokenVersion = "2.12.0"
    private var lastToxicID: UInt64 = 0
    /// Scenarios that are played, and the last of those that were.
    var runs: [ScenarioRun] = []
    var lastRunID: UInt64 = 0

    /// Opens a book.
    ///
    /// - Parameters:
    ///   - proxies: Those that run already.
    ///   - seed: What all chance follows from.
    ///   - rules: What the operator has said.
    public init(
        proxies: [ControlledProxy],
        seed: UInt64,
        rules: ControlRules = ControlRules()
    ) {
        self.seed = seed
        self.rules = rules
        configuredUpstreams = Set(proxies.compactMap { ListenText.upstream($0.upstream) })
        for proxy in proxies { self.proxies[proxy.name] = proxy }
    }

    /// Notes where a proxy of the configuration listens, now that it does.
    public mutating func noteListening(_ name: String, at endpoint: Endpoint) {
        proxies[name]?.listen = endpoint.description
        proxies[name]?.isEnabled = true
    }

    /// Takes a call.
    ///
    /// - Parameters:
    ///   - request: The call.
    ///   - now: When it came, in a time that only goes forward.
    /// - Returns: The reply, or what has to be done for it.
    public mutating func answer(
        _ request: ControlRequest,
        at now: Instant = .epoch
    ) -> ControlTurn {
        switch OperationTable.match(request.method, request.path) {
        case .none: .reply(.pageNotFound)
        case .wrongMethod(let allowed): .reply(.methodNotAllowed(allowed))
        case .found(let operation, let path): carryOut(operation, path, request, at: now)
        }
    }

    /// Whether a call only looks: it may then be answered beside calls that change something.
    public static func onlyLooks(_ request: ControlRequest) -> Bool {
        guard case .found(let operation, _) = OperationTable.match(request.method, request.path)
        else { return false }
        return operation.onlyLooks
    }

    private mutating func carryOut(
        _ operation: Operation,
        _ path: [String: String],
        _ request: ControlRequest,
        at now: Instant
    ) -> ControlTurn {
        // Any page in a browser could send such calls; the original refuses them this way.
        if operation.isToxiproxy, request.userAgent?.hasPrefix("Mozilla/") == true {
            return .reply(.browserRefused)
        }
        do throws(ControlError) {
            let known = operation.checksQuery ? operation.query.map(\.name) : nil
            let query = try QueryParameters(request.query, known: known)
            return try operation.handle(
                &self,
                ControlCall(request: request, path: path, query: query, time: now)
            )
        } catch {
            return .reply(operation.isToxiproxy ? ControlReply(error) : .refusal(error))
        }
    }

    var version: ControlReply {
        let text = "{\"version\": \"\(Self.spokenVersion)\"}\n"
        return ControlReply(200, "application/json;charset=utf-8", text)
    }

    var listText: String {
        JSONText.object(proxies.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) })
    }

    // MARK: Looking up

    func proxy(_ name: String) throws(ControlError) -> ControlledProxy {
        guard let proxy = proxies[name] else { throw .proxyNotFound }
        return proxy
    }

    /// The names of the proxies that a call means: one, or all in order.
    func names(_ name: String?) throws(ControlError) -> [String] {
        guard let name else { return proxies.keys.sorted() }
        return [try proxy(name).name]
    }

    func toxic(_ name: String, of proxyName: String) throws(ControlError) -> Toxic {
        guard let toxic = try proxy(proxyName).toxics.first(where: { $0.name == name }) else {
            throw .toxicNotFound
        }
        return toxic
    }

    /// What the connections of a proxy suffer that is new.
    public var freshPlan: FaultPlan { plan(of: "") }

    /// What the connections of a proxy are to suffer.
    func plan(of name: String) -> FaultPlan {
        FaultPlan(
            seed: seed,
            toxics: proxies[name]?.faults ?? [],
            heldByteCountMax: rules.heldByteCountMax,
            touchesCompressed: rules.touchesCompressed
        )
    }

    /// Whether a call may have clients passed on there.
    func checkUpstream(_ text: String) throws(ControlError) {
        guard let patterns = rules.upstreams, let upstream = ListenText.upstream(text),
            !configuredUpstreams.contains(upstream),
            !patterns.contains(where: { $0.matches(upstream) })
        else { return }
        throw ControlError(
            403,
            "upstream '\(text.prefix(120))' is not among those that wsproxy was started with; add it "
                + "with --allow-upstream"
        )
    }

    mutating func makeToxicID() -> UInt64 {
        lastToxicID += 1
        return lastToxicID
    }

    func change(
        _ action: FaultChange.Action,
        _ toxic: Toxic? = nil,
        by request: ControlRequest
    ) -> FaultChange {
        FaultChange(
            action,
            toxic: toxic,
            seed: toxic?.ownSeed ?? seed,
            source: request.source
        )
    }
}
