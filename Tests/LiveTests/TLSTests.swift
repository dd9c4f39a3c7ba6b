import Foundation
import Testing

/// With TLS on either leg or both nothing differs from direct, and the capture holds what was inside.
@Suite(.needsPeers, .serialized)
struct TLSTests {
    /// Scenarios of one family between one client and one server, with TLS somewhere.
    struct Pair: CustomTestStringConvertible, Sendable {
        let family: String
        let client: String
        let server: String
        var clientLeg: Leg = .best
        var serverLeg: Leg = .best

        /// What is spoken on a leg.
        enum Leg: String, Sendable {
            case plain
            case best = "TLS"
            case twelve = "1.2"
            case thirteen = "1.3"

            var secured: SecuredLegs.Leg {
                switch self {
                case .plain: .plain
                case .best: .secured(version: nil)
                case .twelve, .thirteen: .secured(version: rawValue)
                }
            }

            /// What a capture calls it; `nil` where TLS is not spoken.
            var recorded: String? {
                switch self {
                case .plain: nil
                case .twelve: "TLSv1.2"
                case .best, .thirteen: "TLSv1.3"
                }
            }
        }

        var testDescription: String {
            "\(family): \(client) → \(clientLeg.rawValue) → \(serverLeg.rawValue) → \(server)"
        }

        private static let libraries = ["websockets", "aiohttp"]

        private static let onBothLegs = ["messages", "fragments", "closes", "deflate"].flatMap {
            family in
            libraries.flatMap { client in
                libraries.map { Pair(family: family, client: client, server: $0) }
            }
        }

        private static let onOneLeg = ["closes", "deflate"].flatMap { family in
            zip(libraries, libraries.reversed()).flatMap { client, server in
                [(Leg.best, Leg.plain), (.plain, .best)].map { legs in
                    Pair(
                        family: family,
                        client: client,
                        server: server,
                        clientLeg: legs.0,
                        serverLeg: legs.1
                    )
                }
            }
        }

        private static let inVersions = [Leg.twelve, .thirteen].flatMap { clientLeg in
            [Leg.twelve, .thirteen].map { serverLeg in
                Pair(
                    family: "messages",
                    client: "websockets",
                    server: "websockets",
                    clientLeg: clientLeg,
                    serverLeg: serverLeg
                )
            }
        }

        /// `WSCAP_TLS_WHOLE=1` asks for all of them, else each family and version has some.
        static let all: [Pair] = {
            guard Workshop.number("WSCAP_TLS_WHOLE") != 1 else {
                return onBothLegs + onOneLeg + inVersions
            }
            return onBothLegs.filter { $0.client != $0.server }
                + onOneLeg.filter { $0.client == "websockets" } + inVersions
        }()

        static let bare = ["raw_bytes", "raw_ends"].flatMap { family in
            [Leg.twelve, .thirteen].map { leg in
                Pair(
                    family: family,
                    client: "sockets",
                    server: "sockets",
                    clientLeg: leg,
                    serverLeg: leg
                )
            }
        }

        func bench(in folder: URL) async throws -> Bench {
            var bench = Bench(family: family, client: client, server: server, folder: folder)
            bench.secured = SecuredLegs(
                certificates: try await .ofThisRun,
                client: clientLeg.secured,
                server: serverLeg.secured,
                isSecuredDirectly: client == "sockets"
            )
            return bench
        }
    }

    @Test(arguments: Pair.all)
    func `Over TLS libraries see no difference and the capture holds their messages`(
        pair: Pair
    ) async throws {
        try await inScratchFolder { folder in
            let (transcripts, capture) = try await pair.bench(in: folder).run()
            let captured = try await Captured(capture, in: folder)
            return try await transcripts.differences + transcripts.losses
                + captured.differences(to: transcripts)
                + securityFindings(pair, Records(capture, in: folder))
                + Peers.findings("check_mcap", [capture.path], in: folder)
        }
    }

    /// Ends are close_notify with FIN, or RST; one side may end while the other goes on.
    @Test(arguments: Pair.bare)
    func `Over TLS bare sockets see no difference in bytes or endings`(pair: Pair) async throws {
        try await inScratchFolder { folder in
            let (transcripts, capture) = try await pair.bench(in: folder).run()
            let captured = try await Captured(capture, in: folder)
            return try await transcripts.differences + captured.byteDifferences(to: transcripts)
                + Peers.findings("check_mcap", [capture.path], in: folder)
        }
    }

    /// Each connection must say of each leg whether it spoke TLS, and which.
    private func securityFindings(_ pair: Pair, _ records: Records) -> [String] {
        [("downstream", pair.clientLeg), ("upstream", pair.serverLeg)].flatMap { name, leg in
            let count = records.of("opened").count { $0.leg == name }
            let versions = records.secured(name).map { $0.version ?? "" }
            let expected = leg.recorded.map { Array(repeating: $0, count: count) } ?? []
            return mismatch(versions, expected, "TLS recorded for the \(name) leg:")
        }
    }
}
