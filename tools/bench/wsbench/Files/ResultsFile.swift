import Foundation

/// The results as a file for programs.
enum ResultsFile {
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
