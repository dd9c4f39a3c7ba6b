import CaptureFormat
import CaptureStore
import Foundation

/// Reads a capture file as the commands do.
enum CaptureStoreReading {
    static func read(
        _ path: String,
        _ visit: (CaptureEntry, RawSpan) throws -> Void
    ) throws -> CaptureFileState {
        try CaptureFile(path).read(visit)
    }
}

/// Files that a test leaves behind.
enum Scratch {
    static func remove(_ folder: URL) {
        do {
            try FileManager.default.removeItem(at: folder)
        } catch {
            return
        }
    }
}

extension CaptureRecord {
    /// The kind of the record.
    var name: String { String("\(self)".prefix { $0 != "(" }) }
}
