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
              wsreplay trace.pcap --verify

            The files of a run are read as one, also when the oldest of them are gone; a folder may hold several runs.
            """
    )

    @OptionGroup var input: CaptureInput

    @Flag(help: "Judge the capture instead: 'wsreplay verify --help' tells more.")
    var verify = false

    @OptionGroup var options: VerifyOptions

    func run() throws {
        if verify { return try VerdictRun.run(input, options) }
        let format = try options.summaryFormat()
        let sources = format == .json ? [try input.oneSource()] : try input.sources()
        var isDamaged = false
        for source in sources {
            if try show(source, format) { isDamaged = true }
        }
        if isDamaged { throw VerdictExit(.damaged) }
    }

    /// Shows what a source holds, and answers whether some of it is damaged.
    private func show(_ source: CaptureSource, _ format: ReportFormat) throws -> Bool {
        var builder = SummaryBuilder()
        let state = try source.read { entry, bytes in builder.observe(entry, bytes: bytes) }
        let summary = builder.finish(fileState: FileState(state))
        if format == .json {
            print(SummaryJSON.render(summary, source: source.title), terminator: "")
        } else {
            let style = Style(isColoured: Terminal.wantsColor)
            print(SummaryText.render(summary, source: source.title, style: style), terminator: "")
        }
        return state.isDamaged
    }
}
