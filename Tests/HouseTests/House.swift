import Foundation

/// The sources of this package, as text.
enum House {
    /// One source file.
    struct File {
        let path: String
        let text: String

        var lines: [Substring] {
            text.split(separator: "\n", omittingEmptySubsequences: false)
        }

        /// The modules it imports, whatever the access and kind.
        var imports: [String] {
            lines.compactMap { line in
                let words = line.split(separator: " ").map(String.init)
                guard let at = words.firstIndex(of: "import"), at <= 1, words.count > at + 1 else {
                    return nil
                }
                let kinds = ["struct", "class", "enum", "func", "protocol"]
                let isScoped = kinds.contains(words[at + 1])
                return isScoped ? words[at + 1] + " " + words[at + 2] : words[at + 1]
            }
        }
    }

    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The rooms: folders of Sources.
    static func rooms() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path())
            .sorted()
    }

    /// The Swift files of a room.
    static func files(of room: String) throws -> [File] {
        let folder = root.appending(path: "Sources/\(room)")
        let names =
            FileManager.default.enumerator(atPath: folder.path())?.compactMap { $0 as? String }
            ?? []
        return try names.filter { $0.hasSuffix(".swift") }.sorted().map { name in
            File(
                path: "Sources/\(room)/\(name)",
                text: try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            )
        }
    }
}
