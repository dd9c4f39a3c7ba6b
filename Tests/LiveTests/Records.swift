import Foundation

/// The records of a capture, as `wsreplay export` writes them.
struct Records {
    /// One line; members that a record does not have are missing.
    struct Record: Decodable {
        let record: String
        let connection: String?
        let leg: String?
        // Closed.
        let origin: String?
        let cause: String?
        let detail: String?
        // Secured.
        let version: String?
        let serverName: String?
        let peer: String?
        let verified: Bool?
        // Notice.
        let topic: String?
        let text: String?
        // Opened.
        let remote: String?
        let announced: String?
        let preface: Data?

        private enum CodingKeys: String, CodingKey {
            case record, connection, leg, origin, cause, detail, version, topic, text
            case serverName = "server_name"
            case peer, verified, remote, announced, preface
        }
    }

    let all: [Record]

    /// Reads a sealed capture.
    init(_ capture: URL, in folder: URL) async throws {
        let export = try ChildProcess(
            Workshop.replay,
            ["export", capture.path],
            name: "wsreplay-export",
            in: folder
        )
        try await export.finish(within: .seconds(120))
        // The first line and the last one are about the capture.
        all = export.output.split(separator: "\n").compactMap {
            decode(Record.self, from: Data($0.utf8))
        }
    }

    /// Those of one kind.
    func of(_ kind: String) -> [Record] { all.filter { $0.record == kind } }

    /// TLS on a leg.
    func secured(_ leg: String) -> [Record] { of("secured").filter { $0.leg == leg } }

    /// How connections ended.
    var closed: [Record] { of("closed") }
}
