import CaptureFormat
import CaptureStore
import Dissection
import PcapImport
import Reports
import Vocabulary

/// What a command reads: a run of a proxy, or a file of captured packets.
enum CaptureSource {
    case run(CaptureRun)
    case packets(PacketFile, DissectionOptions)

    /// Whether it is a packet file.
    var holdsPackets: Bool { if case .packets = self { true } else { false } }

    /// What to call it in a report.
    var title: String {
        switch self {
        case .run(let run): run.title
        case .packets(let file, _): file.path
        }
    }

    /// What to hand to `wsreplay show` to see more of it.
    var place: CapturePlace {
        switch self {
        case .run(let run) where run.parts.count == 1: CapturePlace(path: run.parts[0].path)
        case .run(let run): CapturePlace(path: run.folder, runID: run.runID)
        case .packets(let file, _): CapturePlace(path: file.path)
        }
    }

    /// How it is told from others, for choosing one.
    var label: String {
        switch self {
        case .run(let run): "\(run.runID) (\(run.proxy), \(run.started))"
        case .packets(let file, _): "\(file.path) (\(file.description))"
        }
    }

    /// Reads all records, with progress on a terminal where nothing else is written there.
    func read(
        showsProgress: Bool = true,
        _ visit: (CaptureEntry, RawSpan) throws -> Void
    ) throws -> CaptureFileState {
        let progress = ReadingProgress(of: title, byteCount: showsProgress ? byteCount : 0)
        defer { progress.end() }
        switch self {
        case .run(let run):
            return try RunReader(run).read(progress: progress.report, visit)
        case .packets(let file, let options):
            return try PacketReader(file, options: options).read(progress: progress.report, visit)
        }
    }

    /// What it says of itself before its first record.
    func beginning() throws -> CaptureFileState {
        switch self {
        case .run(let run): try RunReader(run).beginning()
        case .packets(let file, let options): try PacketReader(file, options: options).beginning()
        }
    }

    private var byteCount: UInt64 {
        switch self {
        case .run(let run): RunReader(run).byteCount
        case .packets(let file, _): file.byteCount
        }
    }
}
