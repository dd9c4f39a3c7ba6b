private import Foundation

/// A file of the repository that says what an output must be, byte for byte.
///
/// With `RECORD=1` in the environment the file is rewritten, and the comparison still reports a difference: a test
/// that records must not pass, so that nobody records by accident.
public struct GoldenFile: Sendable {
    /// The path from the root of the repository.
    public let path: String

    /// Names a file by its path from the root of the repository.
    public init(_ path: String) {
        self.path = path
    }

    /// What the file holds.
    public func bytes() throws -> [UInt8] {
        Array(try Data(contentsOf: url))
    }

    /// Holds an output against the file.
    ///
    /// - Returns: Where they part, or that the file was recorded; `nil` when they are the same.
    public func difference(from actual: [UInt8]) throws -> String? {
        if Self.isRecording { return try record(actual) }
        guard FileManager.default.fileExists(atPath: url.path()) else {
            return "\(path) does not exist; run once with RECORD=1, and read what it says"
        }
        let expected = try bytes()
        guard expected != actual else { return nil }
        let same = zip(expected, actual).prefix { $0 == $1 }.count
        let line = expected[..<same].count { $0 == UInt8(ascii: "\n") } + 1
        return """
            \(path) (\(expected.count) bytes) and the output (\(actual.count) bytes) part at byte \(same), line \(line)
            file:   \(Self.excerpt(of: expected, at: same))
            output: \(Self.excerpt(of: actual, at: same))
            """
    }

    /// Holds a text against the file.
    public func difference(from actual: String) throws -> String? {
        try difference(from: Array(actual.utf8))
    }

    private var url: URL {
        URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: path)
    }

    private static var isRecording: Bool {
        ProcessInfo.processInfo.environment["RECORD"] == "1"
    }

    private func record(_ actual: [UInt8]) throws -> String {
        try Data(actual).write(to: url)
        return "\(path) was recorded; look at what changed, and run again without RECORD"
    }

    /// The bytes around an offset, as text where they are text.
    private static func excerpt(of bytes: [UInt8], at offset: Int) -> String {
        let run = bytes[max(0, offset - 24)..<min(bytes.count, offset + 40)]
        return run.map { byte in
            (0x20..<0x7F).contains(byte) ? String(UnicodeScalar(byte)) : "\\x" + hexadecimal(byte)
        }
        .joined()
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 0x10 ? "0" : "") + String(byte, radix: 16)
    }
}
