import Foundation

/// Asks this machine what it can do, before a test relies on it.
enum Probe {
    /// What a command printed; `nil` when it did not succeed within 20 s.
    static func output(of command: [String]) async throws -> String? {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "wscap-probe-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { remove(folder) }
        let process = try ChildProcess(
            URL(filePath: "/usr/bin/env"),
            command,
            name: command[0],
            in: folder
        )
        do {
            return try await process.ending(within: .seconds(20)) == .exit(0) ? process.output : nil
        } catch {
            return nil
        }
    }

    private static func remove(_ folder: URL) {
        do {
            try FileManager.default.removeItem(at: folder)
        } catch {
            // What is left in the folder for temporary files does no harm.
        }
    }
}
