import ControlAPI
import ControlClient
import ControlServer
import Logging
import NIOCore
import NIOPosix
import Testing
import Vocabulary

@Suite struct ControlClientTests {
    @Test func `where nobody listens, the sentence says the way out`() async throws {
        let address = try await Listener.silent { $0 }
        await #expect(
            throws: OperatorError(
                .unavailable,
                "No wsproxy answers on \(address); start one or say where with --control."
            )
        ) {
            try await ControlClient(address: address).send("GET", "/version")
        }
    }

    @Test func `an answer that does not come is given up`() async throws {
        try await Listener.silent { address in
            let client = ControlClient(address: address, deadline: .milliseconds(50))
            await #expect {
                try await client.send("GET", "/version")
            } throws: { error in
                (error as? OperatorError)?.sentence.contains("has not answered within") == true
            }
        }
    }

    @Test func `what is no HTTP is no wsproxy`() async throws {
        try await Listener.saying("SSH-2.0-OpenSSH_9.2\r\n") { address in
            await #expect {
                try await ControlClient(address: address).send("GET", "/version")
            } throws: { error in
                (error as? OperatorError)?.sentence.contains("is no wsproxy") == true
            }
        }
    }

    @Test func `status and body arrive, and a refusal keeps its sentence`() async throws {
        let body = #"{"error":"proxy not found","status":404}"#
        let text = "HTTP/1.1 404 Not Found\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        try await Listener.saying(text) { address in
            let client = ControlClient(address: address)
            let answer = try await client.send("GET", "/proxies/p")
            #expect(answer == ControlAnswer(status: 404, body: body))
            await #expect(
                throws: OperatorError(
                    .usage,
                    "The wsproxy on \(address) refused: proxy not found (HTTP 404)."
                )
            ) {
                try await client.call("GET", "/proxies/p")
            }
        }
    }

    @Test(arguments: [
        (#"{"error":"no such thing."}"#, "no such thing"),
        ("404 page not found\n", "404 page not found"),
        ("<html></html>", "without a reason"), ("", "without a reason"),
    ])
    func `a reason is a sentence's part`(body: String, reason: String) {
        #expect(ControlAnswer(status: 500, body: body).reason == reason)
    }
}

/// A place where something listens that is not a wsproxy.
private enum Listener {
    /// Accepts and says nothing while `body` runs; after it nobody listens there any more.
    @discardableResult
    static func silent<Result>(
        _ body: (Endpoint) async throws -> Result
    ) async throws -> Result {
        try await saying(nil, body)
    }

    /// Says the same to everybody, whatever they ask.
    @discardableResult
    static func saying<Result>(
        _ text: String?,
        _ body: (Endpoint) async throws -> Result
    ) async throws -> Result {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { child in
                if let text { child.writeAndFlush(ByteBuffer(string: text), promise: nil) }
                return child.eventLoop.makeSucceededVoidFuture()
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let port = channel.localAddress?.port ?? 0
        do {
            let result = try await body(Endpoint(host: "127.0.0.1", port: port))
            try await channel.close().get()
            return result
        } catch {
            try await channel.close().get()
            throw error
        }
    }
}
