import NIOHTTP1
package import Vocabulary

/// The dashboard's answer to a request that is not an upgrade.
package struct HTTPAnswer: Hashable, Sendable {
    /// The status code.
    package var status: UInt
    /// The media type of the body.
    package var contentType: String
    /// The body.
    package var body: String

    /// Decides about a request.
    ///
    /// - Parameters:
    ///   - method: `GET`, …
    ///   - target: The path and query of the request line.
    ///   - health: What `/health` says.
    package init(method: String, target: String, health: HealthReport) {
        let path = target.prefix { $0 != "?" }
        switch path {
        case "/health" where method == "GET" || method == "HEAD":
            self.init(status: 200, contentType: "application/json", body: health.json)
        case "/health":
            self.init(status: 405, text: "\(path) answers GET and HEAD.")
        case DashboardSettings.path[...]:
            self.init(status: 426, text: "\(path) speaks WebSocket, version 13 (RFC 6455).")
        default:
            self.init(
                status: 404,
                text: "Nothing here. The WebSocket endpoint is \(DashboardSettings.path), "
                    + "the state is at /health."
            )
        }
    }

    private init(status: UInt, contentType: String, body: String) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    private init(status: UInt, text: String) {
        self.init(status: status, contentType: "text/plain; charset=utf-8", body: text + "\n")
    }

    /// The response head.
    var head: HTTPResponseHead {
        var headers: HTTPHeaders = [
            "Content-Type": contentType,
            "Content-Length": "\(body.utf8.count)",
            "Connection": "close",
        ]
        if status == 426 {
            // RFC 6455 §4.2.2 and RFC 9110 §15.5.22: say which protocol and version would do.
            headers.add(name: "Upgrade", value: "websocket")
            headers.add(name: "Sec-WebSocket-Version", value: "13")
        }
        if status == 405 { headers.add(name: "Allow", value: "GET, HEAD") }
        return HTTPResponseHead(
            version: .http1_1,
            status: HTTPResponseStatus(statusCode: Int(status)),
            headers: headers
        )
    }
}

/// What the dashboard tells about itself.
package struct HealthReport: Hashable, Sendable {
    /// WebSocket connections that are open.
    package var connections: Int
    /// Messages accepted since the start.
    package var accepted: UInt64
    /// Messages refused since the start.
    package var refused: UInt64
    /// Now.
    package var time: Instant

    /// Creates a report.
    package init(connections: Int, accepted: UInt64, refused: UInt64, time: Instant) {
        self.connections = connections
        self.accepted = accepted
        self.refused = refused
        self.time = time
    }

    /// The report as JSON.
    package var json: String {
        let report: JSONValue = [
            "status": "healthy",
            "timestamp": .string(time.description),
            "connections": .integer(UInt64(connections)),
            "accepted": .integer(accepted),
            "refused": .integer(refused),
        ]
        return report.text
    }
}
