import Foundation

/// Our own proxy, recording every byte to a capture on disk.
struct WSProxy: Peer {
    let name: PeerName
    let program: String
    /// The program that reads the capture afterwards.
    let reader: String
    private let options: [String]

    /// wsproxy with further options as one would type them: `--store ring`.
    init(program: String, reader: String, options: String) {
        self.options = options.split(whereSeparator: \.isWhitespace).map(String.init)
        name = PeerName(kind: .wsproxy, options: self.options.joined(separator: " "))
        self.program = program
        self.reader = reader
    }

    func configuration(listen: String, sink: String) -> String {
        commandLine(listen: listen, upstream: "ws://\(sink)", further: [])
    }

    /// What is typed to start it, with options besides its own.
    func commandLine(listen: String, upstream: String, further: [String]) -> String {
        (["wsproxy"] + arguments(listen, upstream, captures: "FOLDER", further))
            .joined(separator: " ")
    }

    func version(in folder: TemporaryFolder) throws -> String {
        let log = "\(folder.path)/wsproxy-version.log"
        return try ChildProcess(program, ["--version"], log: log).finish()
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func start(sink: UInt16, in folder: TemporaryFolder) throws -> RunningPeer {
        try start(upstream: "ws://127.0.0.1:\(sink)", further: [], in: folder)
    }

    /// Starts it with options besides its own.
    func start(
        upstream: String,
        further: [String],
        in folder: TemporaryFolder
    ) throws -> RunningPeer {
        let captures = try folder.subfolder("captures")
        let process = try ChildProcess(
            program,
            arguments("127.0.0.1:0", upstream, captures: captures.path, further),
            environment: ["LOG_LEVEL=info"],
            log: "\(folder.path)/wsproxy.log"
        )
        let port = try process.waitUntil("listened", within: ChildProcess.startLimit) {
            ListeningLine.port(in: process.printed)
        }
        return RunningPeer(
            port: port,
            processes: [process],
            recording: CaptureRecording(folder: captures, reader: reader)
        )
    }

    private func arguments(
        _ listen: String,
        _ upstream: String,
        captures: String,
        _ further: [String]
    ) -> [String] {
        [
            "run", "--listen", listen, "--upstream", upstream,
            "--capture", captures + "/", "--log-format", "json",
        ] + further + options
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
