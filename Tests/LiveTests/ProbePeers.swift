import Foundation

/// One connection that is looked at closely (`peers/probe.py`).
struct ProbePeers {
    /// What a client saw; what is missing was not reached.
    struct Answer: Decodable {
        let local: UInt16?
        let tls: String?
        let peer: String?
        let head: String?
        let status: Int?
        let body: String?
        let echoed: Bool?
        let end: String
    }

    /// What a server saw of one connection.
    struct Arrival: Decodable {
        let remote: UInt16
        let preface: String?
        let tls: String?
        let peer: String?
        let serverName: String?
        let head: String?
        let end: String
    }

    private let process: ChildProcess
    /// The port of the server.
    let port: UInt16

    /// Starts a server that looks closely.
    static func serve(_ options: [String] = [], in folder: URL) async throws -> ProbePeers {
        let process = try Peers.start(
            "probe",
            ["serve"] + options,
            name: "probe-serve",
            in: folder
        )
        let port = try await process.line("its port") {
            decode([String: UInt16].self, from: Data($0.utf8))?["port"]
        }
        return ProbePeers(process: process, port: port)
    }

    /// Dials once.
    static func dial(
        _ port: UInt16,
        _ options: [String] = [],
        name: String = "probe-dial",
        in folder: URL
    ) async throws -> Answer {
        let process = try Peers.start(
            "probe",
            ["dial", "--port", "\(port)"] + options,
            name: name,
            in: folder
        )
        try await process.finish()
        return try JSONDecoder().decode(Answer.self, from: Data(process.output.utf8))
    }

    /// Waits until as many connections have arrived and ended, and answers what the server saw.
    func arrivals(_ count: Int) async throws -> [Arrival] {
        try await wait(for: "\(count) connections at the server", within: .seconds(20)) {
            seen.count >= count
        }
        return seen
    }

    /// What the server has seen so far.
    var seen: [Arrival] {
        process.output.split(separator: "\n").compactMap {
            decode(Arrival.self, from: Data($0.utf8))
        }
    }

    /// Ends the server.
    func stop() { process.send(SIGKILL) }
}
