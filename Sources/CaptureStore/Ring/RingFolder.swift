private import SystemPackage

/// Names of ring files: hidden, beside the captures that they belong to.
enum RingFolder {
    private static let prefix = ".wscap-"
    private static let suffix = ".ring"

    /// The ring file of a run in a folder.
    static func path(in folder: String, name: String) -> String {
        FilePath(folder).appending("\(prefix)\(name)\(suffix)").string
    }

    /// The ring files in the folder of a capture.
    static func rings(beside capture: String) -> [String] {
        rings(in: CaptureFolder.parent(of: capture))
    }

    /// The ring files in a folder; none when it cannot be read.
    static func rings(in folder: String) -> [String] {
        do throws(StoreError) {
            return try CaptureFolder.names(in: folder)
                .filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }
                .sorted()
                .map { FilePath(folder).appending($0).string }
        } catch {
            return []
        }
    }
}
