internal import WebSocketWire

/// HTTP on a stream, followed up to an upgrade.
///
/// Answers are matched with requests by their order, so an upgrade's answer is known when it begins.
struct HTTPExchange {
    /// A request whose answer has not come.
    private struct Request {
        var method: String
        var isUpgrade: Bool
    }

    /// What was found in a run of bytes.
    enum Step: Equatable {
        /// Nothing to stop for; the bytes are used up.
        case usedUp
        /// An upgrade request ended.
        ///
        /// It is given with its head as it was sent; what follows in the run is not used up.
        case upgradeRequest(head: [UInt8], HTTPHead, end: Int)
        /// The answer to the upgrade begins here.
        case upgradeAnswer(start: Int)
        /// An answer without a request, with which frames begin: the request was not seen.
        case orphanedUpgrade(head: [UInt8], end: Int)
        /// These bytes are no HTTP.
        case notHTTP
    }

    /// One direction.
    private struct Half {
        var scanner = HTTPScanner()
        /// The head that is being read, as it was sent.
        var head: [UInt8] = []
        /// Bytes are missing: a head must be found at the beginning of a segment.
        var isLost = false
    }

    /// With more requests under way a stream is not followed.
    static let pipelinedRequestCountMax = 64

    private var client = Half()
    private var server = Half()
    private var requests: [Request] = []

    /// Bytes of heads that are not whole.
    var heldByteCount: Int { client.head.count + server.head.count }

    /// Bytes are missing: which answer belongs to which request is not known any more.
    mutating func lose() {
        requests = []
        client = Half(isLost: true)
        server = Half(isLost: true)
    }

    /// Whether the server has something to answer.
    var isAwaitingAnswer: Bool { !requests.isEmpty }

    /// Whether the server's next head must be looked for.
    var isServerLost: Bool { server.isLost }
    /// Whether the server's next byte begins an answer.
    var isServerBetweenMessages: Bool { server.scanner.isBetweenMessages }

    // MARK: - Client

    /// Takes what the client sends, from `position` on.
    mutating func takeClient(_ bytes: RawSpan, from position: Int) -> Step {
        var position = position
        if client.isLost {
            guard HTTPStart.isRequest(bytes.extracting(position...)) == true else { return .usedUp }
            client.isLost = false
        }
        do throws(WireError) {
            while let part = try client.scanner.next(in: bytes, from: &position) {
                guard part.kind == .head else { continue }
                Self.append(bytes.extracting(part.range), to: &client.head)
                guard let head = part.head else { continue }
                guard head.isRequest else { return .notHTTP }
                var raw: [UInt8] = []
                swap(&raw, &client.head)
                requests.append(Request(method: head.method, isUpgrade: head.isWebSocketUpgrade))
                if head.isWebSocketUpgrade {
                    return .upgradeRequest(head: raw, head, end: position)
                }
                guard requests.count <= Self.pipelinedRequestCountMax else { return .notHTTP }
                client.scanner.expect(try HTTPBody.ofRequest(head))
            }
        } catch {
            return .notHTTP
        }
        return .usedUp
    }

    // MARK: - Server

    /// Takes what the server sends, from `position` on.
    mutating func takeServer(_ bytes: RawSpan, from position: Int) -> Step {
        var position = position
        if server.isLost {
            guard HTTPStart.isResponse(bytes.extracting(position...)) == true else {
                return .usedUp
            }
            server.isLost = false
        }
        do throws(WireError) {
            while position < bytes.byteCount {
                if server.scanner.isBetweenMessages, requests.first?.isUpgrade == true {
                    return .upgradeAnswer(start: position)
                }
                guard let part = try server.scanner.next(in: bytes, from: &position) else { break }
                guard part.kind == .head else { continue }
                Self.append(bytes.extracting(part.range), to: &server.head)
                guard let head = part.head else { continue }
                guard let step = try takeResponse(head, end: position) else { continue }
                return step
            }
        } catch {
            return .notHTTP
        }
        return .usedUp
    }

    private mutating func takeResponse(
        _ head: HTTPHead,
        end: Int
    ) throws(WireError) -> Step? {
        guard let status = head.status else { return .notHTTP }
        var raw: [UInt8] = []
        swap(&raw, &server.head)
        if status == 101, requests.isEmpty, head.hasToken("websocket", in: "Upgrade") {
            return .orphanedUpgrade(head: raw, end: end)
        }
        if (100..<200).contains(status), status != 101 {
            server.scanner.expect(.none)
            return nil
        }
        let method = requests.isEmpty ? "GET" : requests.removeFirst().method
        // What follows a switch to another protocol, or a tunnel, is no HTTP.
        if status == 101 || method == "CONNECT" && (200..<300).contains(status) { return .notHTTP }
        server.scanner.expect(try HTTPBody.ofResponse(head, to: method))
        return nil
    }

    private static func append(_ bytes: RawSpan, to target: inout [UInt8]) {
        // Safety: the bytes are copied before the closure returns.
        unsafe bytes.withUnsafeBytes { unsafe target.append(contentsOf: $0) }
    }
}
