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
              wsreplay captures/ --run 1a2b3c4d

            The files of a run are read as one, also when the oldest of them are gone; a folder may hold several runs.
            """
    )

    @OptionGroup var input: CaptureInput

    @Flag(help: "Judge the capture instead: 'wsreplay verify --help' tells more.")
    var verify = false

    @OptionGroup var options: VerifyOptions

    func run() throws {
        if verify { return try VerdictRun.run(input, options) }
        let format = try EnvironmentTwin.choice(
            options.format,
            of: ReportFormat.self,
            name: "--format"
        )
        let runs = format == .json ? [try input.oneRun()] : try input.runs()
        var isDamaged = false
        for run in runs {
            if try show(run, format) { isDamaged = true }
        }
        if isDamaged { throw VerdictExit(.damaged) }
    }

    /// Shows a run, and answers whether some of it is damaged.
    private func show(_ run: CaptureRun, _ format: ReportFormat) throws -> Bool {
        var builder = SummaryBuilder()
        let state = try run.read { entry, bytes in builder.observe(entry, bytes: bytes) }
        let summary = builder.finish(fileState: FileState(state))
        switch format {
        case .text:
            let style = Style(isColoured: Terminal.wantsColor)
            print(SummaryText.render(summary, source: run.title, style: style), terminator: "")
        case .json:
            print(SummaryJSON.render(summary, source: run.title), terminator: "")
        }
        return state.isDamaged
    }
}
