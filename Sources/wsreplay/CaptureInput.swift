import ArgumentParser
import CaptureStore
import Console
import Dissection
import PcapImport
import Vocabulary

/// The captures that a command reads: files, several of a run, a folder of them, or packet files.
struct CaptureInput: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "A capture, several files of a run, a folder of captures, or a pcap or pcapng file."
        )
    )
    var files: [String]

    @Option(help: "Only this run of the folder: its name, or the beginning of it.")
    var run: String?

    @OptionGroup var packets: PacketOptions

    /// What there is to read, and what of a folder is no capture, one sentence each.
    func found() throws -> (sources: [CaptureSource], leftOut: [String]) {
        try Self.find(files, run: run, packets: packets)
    }

    /// What there is to read, the oldest run first, packet files behind them.
    func sources() throws -> [CaptureSource] {
        try Self.sources(files, run: run, packets: packets)
    }

    /// The one source, for what cannot speak of several.
    func oneSource() throws -> CaptureSource {
        try Self.oneSource(files, run: run, packets: packets)
    }

    static func sources(
        _ paths: [String],
        run: String?,
        packets: PacketOptions
    ) throws -> [CaptureSource] {
        try find(paths, run: run, packets: packets).sources
    }

    private static func find(
        _ paths: [String],
        run: String?,
        packets: PacketOptions
    ) throws -> (sources: [CaptureSource], leftOut: [String]) {
        let options = try packets.dissection()
        let packetFiles = paths.compactMap(PacketFile.recognise)
        let known = Set(packetFiles.map(\.path))
        let captures = paths.filter { !known.contains($0) }
        var sources: [CaptureSource] = []
        var leftOut: [String] = []
        if !captures.isEmpty {
            let found = try CaptureRuns.find(captures, run: run)
            leftOut = found.leftOut.map(\.sentence)
            for sentence in leftOut { StandardError.write("wsreplay: left out: \(sentence)\n") }
            sources = found.runs.map { .run($0) }
        }
        return (sources + packetFiles.map { .packets($0, options) }, leftOut)
    }

    static func oneSource(
        _ paths: [String],
        run: String?,
        packets: PacketOptions
    ) throws -> CaptureSource {
        let sources = try sources(paths, run: run, packets: packets)
        guard sources.count == 1 else { throw tooMany(sources) }
        return sources[0]
    }

    /// Why several sources cannot be spoken of at once.
    static func tooMany(_ sources: [CaptureSource]) -> OperatorError {
        let labels = sources.map(\.label).joined(separator: ", ")
        return OperatorError(
            .usage,
            "There are \(sources.count) runs: \(labels); name one of them"
                + (sources.contains(where: \.holdsPackets) ? "." : ", or choose one with --run.")
        )
    }
}
