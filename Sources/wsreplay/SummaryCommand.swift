import ArgumentParser
import CaptureFormat
import CaptureStore
import Console
import Reports
import Verification

/// `wsreplay FILE`: what is in the capture; with `--verify`, the verdict.
struct SummaryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "summary",
        abstract: "Show what is in a capture (the default command); --verify judges it.",
        discussion: """
            Connections and how they ended, outages, frames and bytes by direction and opcode, message types, rates, and the \
            state of the file.

            Examples:
              wsreplay run.wscap
              wsreplay run.wscap --verify
            """
    )

    @Argument(help: "The capture.")
    var file: String

    @Flag(help: "Judge the capture instead: 'wsreplay verify --help' tells more.")
    var verify = false

    @OptionGroup var options: VerifyOptions

    func run() throws {
        if verify { return try VerdictRun.run(file, options) }
        let format = try EnvironmentTwin.choice(
            options.format,
            of: ReportFormat.self,
            name: "--format"
        )
        let capture = try CaptureFile(file)
        var builder = SummaryBuilder()
        let progress = ReadingProgress(of: file, byteCount: capture.byteCount)
        let state = try capture.read(progress: progress.report) { entry, bytes in
            builder.observe(entry, bytes: bytes)
        }
        progress.end()
        let summary = builder.finish(fileState: FileState(state))
        switch format {
        case .text:
            let style = Style(isColoured: Terminal.wantsColor)
            print(SummaryText.render(summary, source: file, style: style), terminator: "")
        case .json:
            print(SummaryJSON.render(summary, source: file), terminator: "")
        }
        if state.isDamaged { throw VerdictExit(.damaged) }
    }
}
