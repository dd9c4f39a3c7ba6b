import ArgumentParser
import CaptureFormat
import CaptureStore
import Console
import PcapImport
import Reports
import Vocabulary

/// `wsreplay info`: what a file says of itself, structure first.
struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract:
            "Show what a capture file says of itself: run, writer, state, chunks and records.",
        discussion: """
            A sealed capture answers at once, from its summary, however long it is: records by channel, first and last time, \
            chunks and their compression. --scan reads all of it instead, checks every chunk's checksum and counts records by \
            kind. An unfinished capture has no summary and is always read; so is one whose summary is not to be trusted. A \
            packet file has none either: it is read, and its packets, streams and records are counted.

            Examples:
              wsreplay info run.wscap
              wsreplay info run.wscap --scan
              wsreplay info trace.pcap
            """
    )

    @Argument(help: "The capture, or a packet file.")
    var file: String

    @Flag(help: "Read the whole file: checks it, and counts records by kind.")
    var scan = false

    @OptionGroup var packets: PacketOptions

    func run() throws {
        if let packetFile = PacketFile.recognise(file) {
            return try PacketInfo.show(packetFile, try packets.dissection())
        }
        let capture = try CaptureFile(file)
        guard !scan else { return try read(capture) }
        do {
            if let (state, overview) = try capture.overview() {
                return InfoText.show(state, overview, of: capture)
            }
        } catch let flaw as SummaryFlaw {
            StandardError.write(
                "\(file): its summary is not to be trusted (\(flaw)); the whole file was read "
                    + "instead.\n"
            )
        }
        try read(capture)
    }

    private func read(_ capture: CaptureFile) throws {
        let progress = ReadingProgress(of: file, byteCount: capture.byteCount)
        defer { progress.end() }
        var reader = CaptureReader()
        var count = RecordCount()
        let completion = try capture.scan { item, _, offset, window in
            if case .chunk(let head) = item {
                progress.report(offset)
                count.note(head)
            }
            guard let entry = reader.read(item, at: offset, in: window) else { return }
            count.note(entry)
        }
        progress.end()
        reader.end(completion)
        InfoText.show(reader.state, count, of: capture)
        try FileStateReport.tell(reader.state, of: capture.path)
    }
}

/// What is counted while a whole capture is read.
struct RecordCount {
    private(set) var kinds: [(name: String, count: UInt64)] = []
    private(set) var overview = CaptureOverview()

    /// The kinds, the most frequent first.
    var sorted: [(name: String, count: UInt64)] { kinds.sorted { $0.count > $1.count } }

    mutating func note(_ head: ChunkHead) {
        let name = head.compression?.rawValue ?? ""
        let known = overview.packings.firstIndex { $0.compression == name }
        let index = known ?? overview.packings.endIndex
        if known == nil { overview.packings.append(CaptureOverview.Packing(compression: name)) }
        overview.packings[index].add(
            storedByteCount: head.storedByteCount,
            byteCount: head.byteCount
        )
    }

    mutating func note(_ entry: CaptureEntry) {
        overview.first = overview.first ?? entry.time
        overview.last = entry.time
        overview.messageCount += 1
        let name = entry.record.kindName
        if let index = kinds.firstIndex(where: { $0.name == name }) {
            kinds[index].count += 1
        } else {
            kinds.append((name, 1))
        }
    }
}

/// The rows of `wsreplay info`.
private enum InfoText {
    /// What the summary says: records by channel.
    static func show(_ state: CaptureFileState, _ overview: CaptureOverview, of file: CaptureFile) {
        let counts = overview.channels.map { (name: $0.topic, count: $0.messageCount) }
        InfoTable.show(rows(state, overview, of: file), "records by channel", counts)
    }

    /// What reading everything has counted: records by kind.
    static func show(_ state: CaptureFileState, _ count: RecordCount, of file: CaptureFile) {
        let kinds = count.sorted
        InfoTable.show(rows(state, count.overview, of: file), "records", kinds)
    }

    private static func rows(
        _ state: CaptureFileState,
        _ overview: CaptureOverview,
        of file: CaptureFile
    ) -> [(String, String)] {
        var rows: [(String, String)] = [
            ("file", file.path), ("bytes", String(file.byteCount)), ("writer", state.library),
            ("state", state.completion == .sealed ? "sealed" : "unfinished"),
            ("chunks", String(overview.chunkCount)),
        ]
        for packing in overview.packings {
            rows.append(("compression", describe(packing, of: overview)))
        }
        rows += state.run.map { ($0.name, $0.value) }
        if let first = overview.first { rows.append(("first", first.rfc3339(fractionDigits: 9))) }
        if let last = overview.last { rows.append(("last", last.rfc3339(fractionDigits: 9))) }
        return rows
    }

    /// `zstd, 3.7 : 1`, with the number of chunks when there are several kinds.
    private static func describe(
        _ packing: CaptureOverview.Packing,
        of overview: CaptureOverview
    ) -> String {
        var text = packing.compression.isEmpty ? "none" : packing.compression
        if !packing.compression.isEmpty {
            text += ", \(Figures.ratio(packing.byteCount, packing.storedByteCount))"
        }
        if overview.packings.count > 1 { text += ", \(Figures.count(packing.chunkCount, "chunk"))" }
        return text
    }
}

extension CaptureRecord {
    /// The record's kind as docs/capture-format.md names it.
    fileprivate var kindName: String {
        switch self {
        case .frame: "Frame"
        case .bytes: "Bytes"
        case .outcome: "Outcome"
        case .held: "Held"
        case .rewrite: "Rewrite"
        case .opened: "Opened"
        case .secured: "Secured"
        case .handshake: "Handshake"
        case .progress: "Progress"
        case .closed: "Closed"
        case .faultChange: "FaultChange"
        case .mark: "Mark"
        case .gap: "Gap"
        case .resumed: "Resumed"
        case .notice: "Notice"
        case .unknown(let schema): "unknown (\(schema))"
        }
    }
}
