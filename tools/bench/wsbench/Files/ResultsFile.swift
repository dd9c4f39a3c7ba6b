import Foundation

/// The results as a file for programs.
enum ResultsFile {
    /// Refuses to begin a run whose results could not be written in the end.
    static func check(_ path: String) throws {
        let isNew = access(path, F_OK) != 0
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw BenchError(.cannotCreate, "\(path) cannot be written: \(SystemError.current).")
        }
        close(descriptor)
        if isNew { unlink(path) }
    }

    /// Writes JSON with sorted keys, so that two files can be compared line by line.
    static func write(_ results: Results, to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(results), as: UTF8.self) + "\n"
        guard TextFile.write(text, to: path) else {
            throw BenchError(.cannotCreate, "\(path) could not be written: \(SystemError.current).")
        }
    }
}
