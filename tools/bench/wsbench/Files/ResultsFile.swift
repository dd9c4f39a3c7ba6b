import Foundation

/// The results as a file for programs.
enum ResultsFile {
    /// Refuses to begin a run whose results could not be written in the end.
    static func check(_ path: String) throws {
        let folder = URL(filePath: path).deletingLastPathComponent().path()
        guard access(access(path, F_OK) == 0 ? path : folder, W_OK) == 0 else {
            throw BenchError(.cannotCreate, "\(path) cannot be written: \(SystemError.current).")
        }
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
