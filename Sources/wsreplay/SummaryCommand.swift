import ArgumentParser
import CaptureStore
import Console

/// `wsreplay FILE`: what is in the capture; with `--verify`, the verdict.
struct SummaryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "summary",
        abstract: "Show what is in a capture (the default command); --verify judges it.",
        discussion: """
            Example:
              wsreplay run.wscap
              wsreplay run.wscap --verify --received dashboard.jsonl
            """)

    @Argument(help: "The capture.")
    var file: String

    func run() throws {
        let capture = try CaptureFile(file)
        let state = try capture.read { _, _ in }
        try FileStateReport.tell(state, of: file)
    }
}
