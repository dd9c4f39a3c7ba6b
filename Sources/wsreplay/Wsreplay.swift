import ArgumentParser
import Console
import Vocabulary

/// The command `wsreplay`.
@main
struct Wsreplay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wsreplay",
        abstract:
            "Read captures of wsproxy, pcap and pcapng: what passed, and whether anything was lost.",
        discussion: """
            wsreplay run.wscap              what is in the capture
            wsreplay run.wscap --verify     was anything lost, reordered or corrupted?
            wsreplay report run.wscap -o summary.md    the verdict for CI, for a comment
            wsreplay frames run.wscap       frame by frame; --messages joins fragments and inflates
            wsreplay show run.wscap c1→17   one frame in full, and what stands around it
            wsreplay export run.wscap       every record as JSON Lines
            wsreplay compact run.wscap      a compressed copy, the same records
            wsreplay import trace.pcap      a capture made of packets; every command reads both

            Exit codes: 0 pass, 1 fail, 2 inconclusive, 3 damaged capture, 64 usage, 65 unreadable input, \
            69 unavailable, 70 a fault of wsreplay, 73 cannot create output, 74 I/O error.
            """,
        version: Version.number,
        subcommands: [
            SummaryCommand.self, VerifyCommand.self, ReportCommand.self, FramesCommand.self,
            ShowCommand.self,
            ExportCommand.self, InfoCommand.self, SealCommand.self, CompactCommand.self,
            ImportCommand.self,
        ],
        defaultSubcommand: SummaryCommand.self
    )

    static func main() async {
        await CommandMain.run(Self.self)
    }
}
