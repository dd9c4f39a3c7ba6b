public import ControlAPI
public import Documents
internal import HTTPTypes
internal import Hummingbird
public import Logging
internal import NIOCore
public import ServiceLifecycle
public import Telemetry
public import Vocabulary

#if canImport(Glibc)
private import Glibc
#endif

/// The control port: HTTP in, HTTP out, and nothing decided here.
public struct ControlService: Service {
    private let address: Endpoint
    private let isOptional: Bool
    private let callers: ControlGuard
    private let desk: ControlDesk
    private let logger: Logger
    private let whenReady: @Sendable () async -> Void
    private let readYAML: YAMLReader
    private let hub: EventHub

    /// Reads a YAML body.
    public typealias YAMLReader = @Sendable (String) throws(DocumentError) -> Document

    /// Describes a control port; nothing happens before ``run()``.
    ///
    /// - Parameters:
    ///   - address: Where it listens.
    ///   - isOptional: Whether the process goes on without it when the port is taken.
    ///   - callers: Who may call.
    ///   - desk: Who answers.
    ///   - hub: Where events come from.
    ///   - readYAML: Reads bodies whose `Content-Type` says YAML.
    ///   - logger: Where it reports.
    ///   - whenReady: Returns when there is something to control; nobody is served before.
    public init(
        address: Endpoint,
        isOptional: Bool,
        callers: ControlGuard,
        desk: ControlDesk,
        hub: EventHub,
        readYAML: @escaping YAMLReader,
        logger: Logger,
        whenReady: @escaping @Sendable () async -> Void
    ) {
        self.whenReady = whenReady
        self.readYAML = readYAML
        self.hub = hub
        self.address = address
        self.isOptional = isOptional
        self.callers = callers
        self.desk = desk
        self.logger = logger
    }

    /// Serves until graceful shutdown.
    ///
    /// - Throws: ``OperatorError`` when the port cannot be had.
    public func run() async throws {
        await whenReady()
        do {
            try await withGracefulShutdownHandler {
                try await application.run()
            } onGracefulShutdown: { [hub] in
                hub.close()
            }
        } catch let error as IOError where error.errnoCode == EADDRINUSE && isOptional {
            logger.warning(
                "no control port: another process has it",
                metadata: ["address": "\(address)", "mend": "choose one with --control"]
            )
            try await gracefulShutdown()
        } catch let error as IOError {
            throw OperatorError(
                .unavailable,
                "The control port cannot listen on \(address) "
                    + "(\(String(cString: strerror(error.errnoCode)).lowercased())); choose another "
                    + "with --control, or 'none'."
            )
        }
    }

    private var application: some ApplicationProtocol {
        var quiet = logger
        quiet.logLevel = .error
        let (desk, callers, logger, address) = (desk, callers, logger, address)
        let (readYAML, hub) = (readYAML, hub)
        return Application(
            responder: CallbackResponder<CallerContext> { request, context in
                let answer = await Self.answer(
                    request,
                    context,
                    desk: desk,
                    callers: callers,
                    hub: hub,
                    readYAML: readYAML
                )
                return Self.asksForAnotherProtocol(request)
                    ? answer.closing(context.channel) : answer
            },
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port)
            ),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? address.port
                logger.info(
                    "control port is open",
                    metadata: ["address": "\(Endpoint(host: address.host, port: port))"]
                )
            },
            logger: quiet
        )
    }

    private static func answer(
        _ request: Request,
        _ context: CallerContext,
        desk: ControlDesk,
        callers: ControlGuard,
        hub: EventHub,
        readYAML: YAMLReader
    ) async -> Response {
        let headers = request.headers
        var call = ControlRequest(
            method: request.method.rawValue,
            path: request.uri.path,
            query: request.uri.query ?? "",
            userAgent: headers[.userAgent],
            host: request.head.authority,
            origin: headers[.origin],
            authorization: headers[.authorization],
            source: "\(context.caller) \(headers[.userAgent] ?? "")"
        )
        if let refusal = callers.refusal(of: call) { return response(refusal) }
        do {
            let body = try await request.body.collect(upTo: ControlLimits.bodyByteCountMax)
            call.body = Array(body.readableBytesView)
        } catch {
            return response(.bodyTooLarge)
        }
        if isYAML(headers[.contentType]) {
            do throws(DocumentError) {
                call.document = try readYAML(String(decoding: call.body, as: UTF8.self))
            } catch {
                return response(.badDocument(error))
            }
        }
        // What was begun is finished, also when the caller hangs up meanwhile.
        switch await Task(operation: { [call] in await desk.answer(call) }).value {
        case .reply(let reply): return response(reply)
        case .watch(let query):
            guard let stream = EventStream(hub, query) else { return response(.notWatchable) }
            return stream.response(closing: context.channel)
        }
    }

    /// Whether the parser takes what follows a request for another protocol: it then reads no further
    /// request, and the caller would wait for an answer in vain.
    private static func asksForAnotherProtocol(_ request: Request) -> Bool {
        request.method == .connect || request.headers[.upgrade] != nil
    }

    /// Whether a body is YAML (RFC 9512, and what was written before it).
    private static func isYAML(_ contentType: String?) -> Bool {
        let type = contentType?.prefix { $0 != ";" && $0 != " " }.lowercased() ?? ""
        return type.hasSuffix("/yaml") || type.hasSuffix("/x-yaml") || type.hasSuffix("+yaml")
    }

    private static func response(_ reply: ControlReply) -> Response {
        var headers = HTTPFields()
        if let type = reply.contentType { headers[.contentType] = type }
        if reply.contentType?.hasPrefix("text/plain") == true {
            headers[.xContentTypeOptions] = "nosniff"
        }
        if reply.isOfRoute, let name = HTTPField.Name("X-Toxiproxy-Request-Id") {
            headers[name] = requestID()
        }
        // RFC 9110 §15.5.2.
        if reply.status == 401 { headers[.wwwAuthenticate] = "Bearer" }
        if !reply.allowed.isEmpty { headers[.allow] = reply.allowed.joined(separator: ", ") }
        return Response(
            status: HTTPResponse.Status(code: reply.status),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: reply.body))
        )
    }

    /// Twenty characters, different for each answer.
    private static func requestID() -> String {
        let alphabet = Array("0123456789abcdefghijklmnopqrstuv")
        var generator = SystemRandomNumberGenerator()
        return String((0..<20).map { _ in alphabet[Int(generator.next() % 32)] })
    }
}

extension Response {
    /// The same answer, after which the caller's connection is closed.
    fileprivate func closing(_ channel: any Channel) -> Response {
        var answer = self
        answer.headers[.connection] = "close"
        let body = body
        answer.body = ResponseBody(contentLength: body.contentLength) { writer in
            try await body.write(writer)
            // No more is read; what is written still goes out.
            channel.close(mode: .input, promise: nil)
        }
        return answer
    }
}

/// What is known of a caller besides the request.
struct CallerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let caller: String
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
        let address = source.channel.remoteAddress
        caller = Endpoint(host: address?.ipAddress ?? "", port: address?.port ?? 0).description
    }
}
