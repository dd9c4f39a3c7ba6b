import Foundation

/// wsproxy's captures, read by wsreplay.
struct CaptureRecording: Recording {
    let folder: TemporaryFolder
    /// The path of wsreplay.
    let reader: String

    /// wsproxy catches up when it is told to end: it ends when the capture is sealed.
    func settle() {}

    func recorded(ofFrameBytes sent: Int) throws -> Recorded {
        let captures = Folder.entries(of: folder.path).filter { $0.hasSuffix(".wscap") }
        guard !captures.isEmpty else {
            throw BenchError(.failed, "There is no capture in \(folder.path).")
        }
        let kept = try captures.map(frameBytes).reduce(0, +)
        return Recorded(
            fileBytes: folder.bytes(inFilesEndingIn: ".wscap"),
            bytesMissing: max(0, sent - kept)
        )
    }

    /// Bytes of the frames from clients that are in a capture, as wsreplay counts them.
    private func frameBytes(in capture: String) throws -> Int {
        let log = "\(folder.path)/wsreplay-\(UUID().uuidString).log"
        let printed = try ChildProcess(reader, [capture, "--format", "json"], log: log).finish()
        do {
            let summary = try JSONDecoder().decode(CaptureSummary.self, from: Data(printed.utf8))
            return summary.connections.reduce(0) { $0 + $1.clientToServer.bytes }
        } catch {
            throw BenchError(.failed, "wsreplay's summary could not be read: \(error).")
        }
    }
}

/// The part of wsreplay's summary that is asked for.
private struct CaptureSummary: Decodable {
    var connections: [Connection]

    struct Connection: Decodable {
        var clientToServer: Direction
    }

    struct Direction: Decodable {
        var bytes: Int
    }
}
