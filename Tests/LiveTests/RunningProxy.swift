import Foundation

/// A `wsproxy` that listens on a port of its own and records one capture.
struct RunningProxy {
    let process: ChildProcess
    /// The port that it listens on.
    let port: UInt16
    /// The file that it records.
    let capture: URL

    /// Starts a proxy and waits until it accepts.
    ///
    /// It records to `run.wscap`, or where `capture` says: a file, or a folder in which it names one.
    static func start(
        upstream port: UInt16,
        scheme: String = "ws",
        host: String = "127.0.0.1",
        capture: URL? = nil,
        options: [String] = [],
        variables: [String: String] = [:],
        in folder: URL
    ) async throws -> RunningProxy {
        let capture = capture ?? folder.appending(path: "run.wscap")
        let process = try ChildProcess(
            Workshop.proxy,
            [
                "run", "--listen", "127.0.0.1:0", "--upstream", "\(scheme)://\(host):\(port)",
                "--capture", capture.path, "--log-format", "json",
            ] + options,
            variables: variables,
            name: "wsproxy",
            in: folder
        )
        do {
            let listening = try await process.line("\"listening\"", Listening.init(line:))
            return RunningProxy(
                process: process,
                port: listening.port,
                capture: URL(filePath: listening.firstCapture)
            )
        } catch {
            process.send(SIGKILL)
            throw error
        }
    }

    /// Asks it to stop, which must seal the capture and succeed.
    func stop() async throws {
        process.send(SIGTERM)
        try await process.finish(within: .seconds(20))
    }

    /// Kills it without a warning.
    func kill() async throws {
        process.send(SIGKILL)
        let ending = try await process.ending(within: .seconds(20))
        guard ending == .signal(SIGKILL) else {
            throw LiveTestError(
                "wsproxy ended with \(ending) before it was killed\n\(process.errors)"
            )
        }
    }
}

/// The log line that says where a proxy listens.
private struct Listening: Decodable {
    let message: String
    let address: String
    let capture: String

    /// The line, if it is the one.
    init?(line: Substring) {
        guard let line = decode(Listening.self, from: Data(line.utf8)),
            line.message == "listening"
        else { return nil }
        self = line
    }

    /// With several loops there are several, with blanks between.
    var firstCapture: String { capture.split(separator: " ").first.map(String.init) ?? capture }

    var port: UInt16 { address.split(separator: ":").last.flatMap { UInt16($0) } ?? 0 }
}

/// A value from JSON; `nil` when it is something else.
func decode<Value: Decodable>(_ type: Value.Type, from data: Data) -> Value? {
    do {
        return try JSONDecoder().decode(type, from: data)
    } catch {
        return nil
    }
}
