import CaptureFormat
import CaptureStore
import Console
import Reports
import Verification
import Vocabulary

/// Judges captures, says what was found, and writes the reports that were asked for.
struct VerdictRun {
    /// What standard output is told when reports are what the call is about.
    enum Telling {
        /// The report in one form.
        case report(ReportFormat)
        /// What each verdict is, and where the reports are.
        case files
    }

    private let input: CaptureInput
    private let options: VerifyOptions
    private var worst = ExitCode.success

    /// Judges every source, and ends with the worst verdict's exit code.
    static func run(_ input: CaptureInput, _ options: VerifyOptions) throws {
        try run(input, options, telling: .report(options.reportFormat()))
    }

    /// Judges every source.
    static func run(
        _ input: CaptureInput,
        _ options: VerifyOptions,
        telling: Telling
    ) throws {
        let line = try options.line()
        let files = try ReportOutput.files(
            options.output,
            sparing: input.files + [options.received, options.journal].compactMap(\.self)
        )
        var run = VerdictRun(input: input, options: options)
        let report = try run.report(line)
        var failure: OperatorError?
        for (format, file) in files {
            do throws(OperatorError) {
                try file.write(report.render(as: format))
            } catch {
                failure = failure ?? error
            }
        }
        tell(report, telling, files.map(\.file))
        if let failure { throw failure }
        throw VerdictExit(run.worst)
    }

    private init(input: CaptureInput, options: VerifyOptions) {
        self.input = input
        self.options = options
    }

    // MARK: - Judging

    private mutating func report(_ line: FailureLine) throws -> Report {
        var remarks: [String] = []
        let runs = try judgeAll(&remarks)
        for run in runs {
            guard let verdict = run.verdict else { continue }
            note(ExitCode(line.exitClass(of: verdict)))
        }
        return Report(runs: runs, line: line, remarks: remarks)
    }

    private mutating func judgeAll(_ remarks: inout [String]) throws -> [JudgedRun] {
        let sources: [CaptureSource]
        do {
            let found = try input.found()
            remarks = found.leftOut.map { "Left out: \($0)" }
            sources = found.sources
        } catch let error as any OperatorFacingError where error.failure != .usage {
            return [trouble(error, source: input.files.joined(separator: ", "), place: nil)]
        }
        let needsOne = options.received != nil || options.journal != nil
        guard !needsOne || sources.count == 1 else { throw CaptureInput.tooMany(sources) }
        if sources.count > 1, sources.contains(where: \.holdsPackets) {
            return try VantageRun.judge(sources, options.verification) { source, body in
                try attempt(source, body)
            }
        }
        let options = options
        return try sources.compactMap { source in
            try attempt(source) { try Self.judge(source, options) }
        }
    }

    /// Judges a source; one that cannot be read is told, and the others are judged all the same.
    private mutating func attempt(
        _ source: CaptureSource,
        _ body: () throws -> JudgedRun?
    ) throws -> JudgedRun? {
        do {
            return try body()
        } catch let error as any OperatorFacingError where error.failure != .usage {
            return trouble(error, source: source.title, place: source.place)
        }
    }

    private mutating func trouble(
        _ error: any OperatorFacingError,
        source: String,
        place: CapturePlace?
    ) -> JudgedRun {
        StandardError.write("wsreplay: \(error.sentence)\n")
        note(ExitCode(error.failure))
        return JudgedRun(source: source, place: place, result: .trouble(error.sentence))
    }

    private mutating func note(_ code: ExitCode) {
        if code.severity > worst.severity { worst = code }
    }

    private static func judge(
        _ source: CaptureSource,
        _ options: VerifyOptions
    ) throws -> JudgedRun {
        var judge = Judge(options.verification)
        let lists = try (options.received.map(LineFile.init), options.journal.map(LineFile.init))
        let state = try source.read { entry, bytes in judge.observe(entry, bytes: bytes) }
        if let received = lists.0 {
            judge.verifier.beginReceived()
            try received.forEachLine { judge.verifier.observeReceived(line: $0) }
        }
        if let journal = lists.1 {
            judge.verifier.beginJournal()
            try journal.forEachLine { judge.verifier.observeJournal(line: $0) }
        }
        let (verdict, timeline) = judge.finish(FileState(state))
        return JudgedRun(
            source: source.title,
            place: source.place,
            result: .verdict(verdict, timeline)
        )
    }

    // MARK: - Telling

    private static func tell(_ report: Report, _ telling: Telling, _ files: [WholeFile]) {
        let style = Style(isColoured: Terminal.wantsColor)
        switch telling {
        case .report(let format):
            // Standard error has said what there is to say to people.
            if format == .text, report.runs.allSatisfy({ $0.verdict == nil }) { return }
            print(report.render(as: format, style: style), terminator: "")
        case .files:
            print(report.headlines(style: style), terminator: "")
            for file in files where file.isRegular { print("  \(file.target)") }
        }
    }
}

extension ExitCode {
    /// How bad it is that a run ends so.
    fileprivate var severity: Int {
        switch self {
        case .success: 0
        case .inconclusive: 1
        case .damaged: 2
        case .fail: 3
        default: 4
        }
    }
}

extension ExitCode {
    init(_ exitClass: ExitClass) {
        self =
            switch exitClass {
            case .pass: .success
            case .fail: .fail
            case .inconclusive: .inconclusive
            case .damaged: .damaged
            }
    }
}

extension FileState {
    /// The state of a file as the verdict speaks of it.
    init(_ state: CaptureFileState) {
        if let first = state.damage.first {
            let others = state.damageCount > 1 ? " (and \(state.damageCount - 1) more damages)" : ""
            self = .damaged(reason: "\(first)\(others)")
            return
        }
        switch state.completion {
        case .sealed: self = .sealed
        case .unfinished(let torn): self = .unfinished(tornBytes: torn)
        }
    }
}
