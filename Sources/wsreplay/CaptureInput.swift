import ArgumentParser
import CaptureFormat
import CaptureStore
import Console
import Vocabulary

/// The captures that a command reads: files, several of a run, or a folder of them.
struct CaptureInput: ParsableArguments {
    @Argument(help: "A capture, several files of a run, or a folder of captures.")
    var files: [String]

    @Option(help: "Only this run of the folder: its name, or the beginning of it.")
    var run: String?

    /// The runs, the oldest first.
    func runs() throws -> [CaptureRun] {
        try Self.runs(files, run: run)
    }

    /// The one run, for what cannot speak of several.
    func oneRun() throws -> CaptureRun {
        try Self.oneRun(files, run: run)
    }

    static func runs(_ paths: [String], run: String?) throws -> [CaptureRun] {
        let found = try CaptureRuns.find(paths, run: run)
        for error in found.leftOut {
            StandardError.write("wsreplay: left out: \(error.sentence)\n")
        }
        return found.runs
    }

    static func oneRun(_ paths: [String], run: String?) throws -> CaptureRun {
        let runs = try runs(paths, run: run)
        guard runs.count == 1 else {
            let names = runs.map { "\($0.runID) (\($0.proxy), \($0.started))" }
            throw OperatorError(
                .usage,
                "There are \(runs.count) runs: \(names.joined(separator: ", ")); choose one with --run."
            )
        }
        return runs[0]
    }
}

extension CaptureRun {
    /// Reads the run, with its progress on a terminal.
    func read(
        showsProgress: Bool = true,
        _ visit: (CaptureEntry, RawSpan) throws -> Void
    ) throws -> CaptureFileState {
        let reader = RunReader(self)
        guard showsProgress else { return try reader.read(visit) }
        let progress = ReadingProgress(of: title, byteCount: reader.byteCount)
        defer { progress.end() }
        return try reader.read(progress: progress.report, visit)
    }
}
