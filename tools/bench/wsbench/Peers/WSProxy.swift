import Foundation

/// Our own proxy, recording every byte to a capture on disk.
struct WSProxy: Peer {
    let name = PeerName.wsproxy
    let program: String

    func configuration(listen: String, sink: String) -> String {
        "wsproxy "
            + arguments(listen: listen, sink: sink, captures: "FOLDER").joined(separator: " ")
    }

    func version(in folder: TemporaryFolder) -> String { "" }

    func start(sink: UInt16, in folder: TemporaryFolder) throws -> RunningPeer {
        let captures = try folder.subfolder("captures")
        let process = try ChildProcess(
            program,
            arguments(
                listen: "127.0.0.1:0",
                sink: "127.0.0.1:\(sink)",
                captures: captures.path
            ),
            environment: ["LOG_LEVEL=info"],
            log: "\(folder.path)/wsproxy.log"
        )
        let port = try process.waitUntil("listened", within: ChildProcess.startLimit) {
            ListeningLine.port(in: process.printed)
        }
        return RunningPeer(port: port, process: process, captures: captures)
    }

    private func arguments(listen: String, sink: String, captures: String) -> [String] {
        [
            "run", "--listen", listen, "--upstream", "ws://\(sink)",
            "--capture", captures + "/", "--log-format", "json",
        ]
    }
}

/// The line of the log that tells where wsproxy accepts connections.
private struct ListeningLine: Decodable {
    var message: String
    var address: String

    /// The port in the first such line, or nil while there is none.
    static func port(in log: String) -> UInt16? {
        for line in log.split(separator: "\n") where line.contains("\"listening\"") {
            guard let found = decode(line), found.message == "listening" else { continue }
            return found.address.split(separator: ":").last.flatMap { UInt16($0) }
        }
        return nil
    }

    private static func decode(_ line: Substring) -> ListeningLine? {
        do {
            return try JSONDecoder().decode(ListeningLine.self, from: Data(line.utf8))
        } catch {
            // Another kind of line, or one that is still being written.
            return nil
        }
    }
}
