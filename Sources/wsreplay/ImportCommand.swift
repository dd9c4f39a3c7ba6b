import ArgumentParser
import CaptureFormat
import CaptureStore
import Console
import Dissection
import PcapImport
import Reports
import Vocabulary

/// `wsreplay import`: packets to a capture.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make a capture of a pcap or pcapng file, as if wsproxy had been there.",
        discussion: """
            Every reading command takes packet files directly, gzip'd ones too: 'wsreplay trace.pcap --verify'. A capture \
            holds the WebSocket connections alone, is opened by every MCAP tool, and 'wsreplay compact' makes it small. Both \
            give the same records.

            TCP is put in order: retransmissions count once, what is missing is a gap with its size, and frames go on at the \
            next place where one certainly begins. Acknowledgements become progress: what each side's kernel had, and when. \
            docs/packets.md tells what can be known from packets, and what cannot.

            The values of Authorization, Cookie and their kin are overwritten unless --keep-secrets is given.

            Without --output, trace.pcap becomes trace.wscap beside it.

            Examples:
              tcpdump -i any -s 0 -w trace.pcap 'tcp port 8000'
              wsreplay import trace.pcap
              wsreplay import trace.pcap.gz --output run.wscap
              wsreplay import trace.pcap --assume-websocket 10.0.0.7:9000
              wsreplay import trace.pcap --redact-json /api_key
            """
    )

    @Argument(help: "A pcap or pcapng file; gzip is undone.")
    var file: String

    @Option(name: .shortAndLong, help: "A new .wscap file, or a folder that exists.")
    var output: String?

    @Flag(help: "Keep the values of credentials in HTTP heads.")
    var keepSecrets = false

    @Option(
        name: .customLong("redact-json"),
        help: ArgumentHelp(
            "Overwrite the values at this JSON pointer in payloads, for example /api_key; repeatable.",
            valueName: "pointer"
        )
    )
    var redacted: [String] = []

    @OptionGroup var packets: PacketOptions

    func run() throws {
        var options = try packets.dissection(keepsSecrets: keepSecrets)
        options.redactedPointers = try FrameOptions.pointers(redacted, name: "--redact-json")
        guard let packetFile = PacketFile.recognise(file) else { throw try refusal() }
        let target = try CaptureCompactor.outputPath(importing: file, output: output)
        let progress = ReadingProgress(of: file, byteCount: packetFile.byteCount)
        defer { progress.end() }
        let outcome = try PacketImporter.write(
            packetFile,
            to: target,
            options: options,
            progress: progress.report
        )
        progress.end()
        let figures = outcome.figures
        print(
            "\(outcome.path): \(Figures.count(figures.notes.connectionCount, "connection")) of "
                + "\(Figures.count(figures.streamCount, "TCP stream")) in "
                + "\(Figures.count(figures.packetCount, "packet")), "
                + "\(Figures.bytes(packetFile.byteCount)) → \(Figures.bytes(outcome.byteCount))"
        )
        try FileStateReport.tell(outcome.state, of: file)
    }

    /// Why the file is not read.
    private func refusal() throws -> OperatorError {
        let found = try CaptureRuns.find([file])
        let name = found.runs.first?.title ?? file
        return OperatorError(.usage, "\(name) is a capture already; import reads packet files.")
    }
}
