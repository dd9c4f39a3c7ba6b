import CaptureFormat
import CaptureStore
import Console
import Reports
import Verification
import Vocabulary

/// Judges one capture and says what was found.
enum VerdictRun {
    static func run(_ path: String, _ options: VerifyOptions) throws {
        let format = try EnvironmentTwin.choice(
            options.format,
            of: ReportFormat.self,
            name: "--format"
        )
        var verifier = Verifier(
            options: VerificationOptions(
                allowsEmpty: options.allowEmpty,
                expectsLists: options.received != nil || options.journal != nil
            )
        )
        let lists = try (options.received.map(LineFile.init), options.journal.map(LineFile.init))
        let file = try CaptureFile(path)
        let progress = ReadingProgress(of: path, byteCount: file.byteCount)
        let state = try file.read(progress: progress.report) { entry, bytes in
            verifier.observe(entry, bytes: bytes)
        }
        progress.end()
        if let received = lists.0 {
            verifier.beginReceived()
            try received.forEachLine { verifier.observeReceived(line: $0) }
        }
        if let journal = lists.1 {
            verifier.beginJournal()
            try journal.forEachLine { verifier.observeJournal(line: $0) }
        }
        let verdict = verifier.finish(fileState: FileState(state))
        switch format {
        case .text:
            let style = Style(isColoured: Terminal.wantsColor)
            print(VerdictText.render(verdict, source: path, style: style), terminator: "")
        case .json:
            print(VerdictJSON.render(verdict, source: path), terminator: "")
        }
        throw VerdictExit(ExitCode(verdict.exitClass))
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
