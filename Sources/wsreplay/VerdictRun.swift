import CaptureFormat
import CaptureStore
import Console
import Reports
import Verification
import Vocabulary

/// Judges captures and says what was found.
enum VerdictRun {
    /// Judges every source, and ends with the worst verdict's exit code.
    static func run(_ input: CaptureInput, _ options: VerifyOptions) throws {
        let format = try EnvironmentTwin.choice(
            options.format,
            of: ReportFormat.self,
            name: "--format"
        )
        let needsOne = options.received != nil || options.journal != nil
        let sources = needsOne ? [try input.oneSource()] : try input.sources()
        let verdicts =
            try sources.count > 1 && sources.contains(where: \.holdsPackets)
            ? VantageRun.judge(sources, options)
            : sources.map { ($0.title, try judge($0, options)) }
        guard format != .json || verdicts.count == 1 else { throw CaptureInput.tooMany(sources) }
        var worst = ExitCode.success
        for (title, verdict) in verdicts {
            let code = ExitCode(verdict.exitClass)
            if code.severity > worst.severity { worst = code }
            switch format {
            case .text:
                let style = Style(isColoured: Terminal.wantsColor)
                print(VerdictText.render(verdict, source: title, style: style), terminator: "")
            case .json: print(VerdictJSON.render(verdict, source: title), terminator: "")
            }
        }
        throw VerdictExit(worst)
    }

    private static func judge(
        _ source: CaptureSource,
        _ options: VerifyOptions
    ) throws -> Verdict {
        var verifier = Verifier(options: options.verification)
        let lists = try (options.received.map(LineFile.init), options.journal.map(LineFile.init))
        let state = try source.read { entry, bytes in verifier.observe(entry, bytes: bytes) }
        if let received = lists.0 {
            verifier.beginReceived()
            try received.forEachLine { verifier.observeReceived(line: $0) }
        }
        if let journal = lists.1 {
            verifier.beginJournal()
            try journal.forEachLine { verifier.observeJournal(line: $0) }
        }
        return verifier.finish(fileState: FileState(state))
    }
}

extension VerifyOptions {
    /// How to verify.
    var verification: VerificationOptions {
        VerificationOptions(
            allowsEmpty: allowEmpty,
            expectsLists: received != nil || journal != nil
        )
    }
}

extension ExitCode {
    /// How bad it is that a run ends so.
    fileprivate var severity: Int {
        switch self {
        case .success: 0
        case .damaged: 1
        case .inconclusive: 2
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
