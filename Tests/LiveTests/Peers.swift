import Foundation
import Testing

/// The Python peers of `peers/`, and the checks that PyPI's readers make of captures.
enum Peers {
    /// The ports of a family's two servers.
    struct Ports: Decodable {
        /// Reached directly by the client.
        let direct: UInt16
        /// Stands behind the proxy.
        let through: UInt16
    }

    /// Starts one of the scripts.
    static func start(
        _ script: String,
        _ arguments: [String],
        name: String? = nil,
        in folder: URL
    ) throws -> ChildProcess {
        guard FileManager.default.isExecutableFile(atPath: Workshop.python.path) else {
            throw LiveTestError("\(Workshop.python.path) is missing: run `make setup`")
        }
        return try ChildProcess(
            Workshop.python,
            // -B: no compiled files in the working tree.
            ["-B", Workshop.peers.appending(path: "\(script).py").path] + arguments,
            name: name ?? script,
            in: folder
        )
    }

    /// Runs a script that checks a capture; what it prints on failure are the findings.
    static func findings(
        _ script: String,
        _ arguments: [String],
        within deadline: Duration = .seconds(120),
        in folder: URL
    ) async throws -> [String] {
        let process = try start(script, arguments, in: folder)
        let ending = try await process.ending(within: deadline)
        guard ending != .exit(0) else { return [] }
        let lines = (process.output + process.errors).split(separator: "\n")
        return ["\(script): \(ending)"] + lines.map { "\(script): \($0)" }
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips where no Python peers are installed, except in CI, where their absence is a failure.
    static var needsPeers: Self {
        .enabled(if: Workshop.runsPeers, "Python peers are not installed: run `make setup`.")
    }
}
