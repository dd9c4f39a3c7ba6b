internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
public import Vocabulary

/// Calls the control port of a wsproxy that runs.
///
/// ```swift
/// let client = ControlClient(address: address, token: token)
/// let answer = try await client.send("GET", "/proxies")
/// ```
///
/// A call has a connection of its own and a deadline; nothing is retried.
public struct ControlClient: Sendable {
    /// Where the control port is.
    public let address: Endpoint
    private let token: String?
    private let deadline: Duration

    /// What an answer may have at most, in bytes.
    public static let answerByteCountMax = 16 << 20
    /// How long a call may take: longer than the port itself takes to give up.
    public static let deadlineDefault = Duration.seconds(30)

    /// Describes a control port; nothing is sent before ``send(_:_:body:)``.
    ///
    /// - Parameters:
    ///   - address: Where it is.
    ///   - token: What callers have to know; `nil` for nothing.
    ///   - deadline: How long a call may take, connecting included.
    public init(
        address: Endpoint,
        token: String? = nil,
        deadline: Duration = ControlClient.deadlineDefault
    ) {
        self.address = address
        self.token = token
        self.deadline = deadline
    }

    /// Sends a call and waits for its answer, whatever its status is.
    ///
    /// - Parameters:
    ///   - method: The HTTP method.
    ///   - path: The path with its query, percent-encoded.
    ///   - body: JSON, or nothing.
    /// - Returns: The status and the body.
    /// - Throws: ``OperatorError`` when nobody answers, or not in time, or not in HTTP.
    public func send(
        _ method: String,
        _ path: String,
        body: String = ""
    ) async throws(OperatorError) -> ControlAnswer {
        do throws(any Error) {
            return try await exchange(method, path, body)
        } catch let error as OperatorError {
            throw error
        } catch {
            throw failure(error)
        }
    }

    /// The same, and throws what the port says is wrong.
    ///
    /// - Parameters:
    ///   - method: The HTTP method.
    ///   - path: The path with its query, percent-encoded.
    ///   - body: JSON, or nothing.
    /// - Returns: The body of an answer 2xx.
    /// - Throws: ``OperatorError`` as ``send(_:_:body:)`` does, and with the port's own sentence for any
    ///   other status.
    public func call(
        _ method: String,
        _ path: String,
        body: String = ""
    ) async throws(OperatorError) -> String {
        let answer = try await send(method, path, body: body)
        guard (200..<300).contains(answer.status) else { throw refusal(of: answer) }
        return answer.body
    }

    // MARK: The exchange

    private func exchange(
        _ method: String,
        _ path: String,
        _ body: String
    ) async throws -> ControlAnswer {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let promise = loop.makePromise(of: ControlAnswer.self)
        let limit = TimeAmount.nanoseconds(deadline.inNanoseconds)
        let alarm = loop.scheduleTask(in: limit) { promise.fail(tooLate) }
        defer { alarm.cancel() }
        let request = head(method, path, byteCount: body.utf8.count)
        ClientBootstrap(group: loop)
            .connectTimeout(limit)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandlers(
                        NIOHTTPClientResponseAggregator(
                            maxContentLength: Self.answerByteCountMax
                        ),
                        AnswerHandler(request: request, body: body, promise: promise)
                    )
                }
            }
            .connect(host: address.host, port: address.port)
            .whenComplete { result in
                switch result {
                case .failure(let error): promise.fail(error)
                case .success(let channel):
                    promise.futureResult.whenComplete { _ in channel.close(promise: nil) }
                }
            }
        return try await promise.futureResult.get()
    }

    private func head(_ method: String, _ path: String, byteCount: Int) -> HTTPRequestHead {
        var headers = HTTPHeaders([
            ("Host", address.description), ("User-Agent", "wsproxy/\(Version.number)"),
            ("Accept", "application/json"), ("Connection", "close"),
        ])
        if let token { headers.add(name: "Authorization", value: "Bearer \(token)") }
        if byteCount > 0 {
            headers.add(name: "Content-Type", value: "application/json")
            headers.add(name: "Content-Length", value: String(byteCount))
        }
        return HTTPRequestHead(
            version: .http1_1,
            method: HTTPMethod(rawValue: method),
            uri: path,
            headers: headers
        )
    }

    // MARK: What went wrong

    private var tooLate: OperatorError {
        OperatorError(
            .unavailable,
            "The wsproxy on \(address) has not answered within \(deadline.inSeconds) s; see its log, or "
                + "say with --control where another one is."
        )
    }

    private func failure(_ error: any Error) -> OperatorError {
        switch error {
        case ChannelError.connectTimeout: tooLate
        case is NIOConnectionError, is IOError, is SocketAddressError:
            OperatorError(
                .unavailable,
                "No wsproxy answers on \(address); start one or say where with --control."
            )
        default:
            OperatorError(
                .unavailable,
                "What answers on \(address) is no wsproxy (\(error)); say where one is with --control."
            )
        }
    }

    /// What is wrong when a call was answered something else than what was asked for.
    ///
    /// - Parameter answer: The answer.
    /// - Returns: An error with the port's own sentence, or with what to do about it.
    public func refusal(of answer: ControlAnswer) -> OperatorError {
        switch answer.status {
        case 401:
            OperatorError(
                .unavailable,
                "The wsproxy on \(address) wants a token; give it in WSCAP_CONTROL_TOKEN."
            )
        default:
            OperatorError(
                answer.status < 500 ? .usage : .unavailable,
                "The wsproxy on \(address) refused: \(answer.reason) (HTTP \(answer.status))."
            )
        }
    }
}
