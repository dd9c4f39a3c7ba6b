import Foundation
import Testing

/// Through the proxy nothing differs from direct, and the capture holds what both peers saw.
@Suite(.needsPeers, .serialized)
struct TransparencyTests {
    /// Scenarios of one family between one client and one server.
    struct Pair: CustomTestStringConvertible, Sendable {
        let family: String
        let client: String
        let server: String

        var testDescription: String { "\(family): \(client) → \(server)" }

        static let all: [Pair] = {
            let families = [
                "messages", "fragments", "closes", "deflate", "deflate_fresh", "handshakes",
                "concurrency",
            ]
            return families.flatMap { family in
                ["websockets", "aiohttp"].flatMap { server in
                    ["websockets", "aiohttp", "websocket_client"]
                        // websocket-client does not compress.
                        .filter { !(family.hasPrefix("deflate") && $0 == "websocket_client") }
                        .map { Pair(family: family, client: $0, server: server) }
                }
            }
        }()
    }

    @Test(arguments: Pair.all)
    func `Libraries see no difference and the capture holds their messages`(pair: Pair) async throws
    {
        try await inScratchFolder { folder in
            let (transcripts, capture) = try await Bench(
                family: pair.family,
                client: pair.client,
                server: pair.server,
                folder: folder
            ).run()
            let captured = try await Captured(capture, in: folder)
            return try await transcripts.differences + transcripts.losses
                + captured.differences(to: transcripts)
                + Peers.findings("check_mcap", [capture.path], in: folder)
        }
    }

    @Test func `Plain HTTP is kept alive on one connection and upgrades at the end`() async throws {
        try await inScratchFolder { folder in
            let (transcripts, capture) = try await Bench(
                family: "http",
                client: "http",
                server: "http",
                folder: folder
            ).run()
            let captured = try await Captured(capture, in: folder)
            let upgraded = transcripts.clientThrough.connections.values.filter { !$0.sent.isEmpty }
            let data = [Captured.Flow.clientToServer(1), .serverToClient(1)].map { flow in
                (captured.messages[flow] ?? []).filter { $0.opcode == "text" }.map(\.noted)
            }
            return try await transcripts.differences
                + mismatch(captured.legs.map(\.connection), [1], "connections captured:")
                + mismatch(data[0], upgraded.flatMap(\.sent), "captured →")
                + mismatch(data[1], upgraded.flatMap(\.received), "captured ←")
                + Peers.findings("check_mcap", [capture.path], in: folder)
        }
    }

    @Test(arguments: ["raw_bytes", "raw_ends"])
    func `Bare sockets see no difference in bytes or endings`(family: String) async throws {
        try await inScratchFolder { folder in
            let (transcripts, capture) = try await Bench(
                family: family,
                client: "sockets",
                server: "sockets",
                folder: folder
            ).run()
            let captured = try await Captured(capture, in: folder)
            return try await transcripts.differences + captured.byteDifferences(to: transcripts)
                + Peers.findings("check_mcap", [capture.path], in: folder)
        }
    }
}
