public import CaptureFormat
public import Dissection
internal import Reassembly
public import Vocabulary

/// Reads a packet file as if a proxy had recorded what is in it.
///
/// ```
///   libpcap ──▶ PacketDecoder ──▶ StreamTable ──▶ Dissection ──▶ CaptureEncoder ──▶ visit, or a file
///   packets       segments          streams         records
/// ```
///
/// What is shown of a packet file and what ``PacketImporter`` writes come from the same encoder, so they are
/// the same, record for record. Memory does not grow with the file.
public final class PacketReader {
    /// What was counted.
    public struct Figures: Sendable {
        /// Packets of the file.
        public var packetCount: UInt64 = 0
        /// Packets with a TCP segment in it.
        public var segmentCount: UInt64 = 0
        /// TCP streams.
        public var streamCount: UInt64 = 0
        /// What the streams were.
        public var notes = DissectionNotes()
        /// The first packet's time.
        public var first: Instant?
        /// The last packet's time.
        public var last: Instant?
    }

    /// The file.
    public let file: PacketFile
    /// What stands before IP, as libpcap calls it.
    public let linkName: String
    /// Bytes that were kept of a packet, at most.
    public let snapByteCount: Int
    /// What has been counted so far.
    public var figures: Figures {
        Figures(
            packetCount: decoder.tally.packetCount,
            segmentCount: decoder.tally.segmentCount,
            streamCount: streams.tally.streamCount,
            notes: dissection.notes,
            first: first,
            last: last
        )
    }

    private let source: PacketSource
    private let options: DissectionOptions
    private var decoder: PacketDecoder
    private var streams = StreamTable()
    private var dissection: Dissection
    private var encoder: CaptureEncoder
    private var first: Instant?
    private var last: Instant?

    /// Records are handed on when so many bytes of them are staged.
    private static let stagedByteCount = 256 << 10
    /// Packets between two looks at how far the reading has come.
    private static let progressInterval: UInt64 = 0x3FFF

    /// Opens the file.
    ///
    /// - Throws: ``PacketFileError``.
    public init(
        _ file: PacketFile,
        options: DissectionOptions = DissectionOptions()
    ) throws(PacketFileError) {
        self.file = file
        self.options = options
        source = try PacketSource(file)
        linkName = source.linkName
        snapByteCount = source.snapByteCount
        guard source.link.isReadable else {
            throw .unknownLink(path: file.path, name: source.linkName)
        }
        decoder = PacketDecoder(link: source.link)
        dissection = Dissection(options: options)
        encoder = CaptureEncoder(run: Self.run(of: file, linkName: source.linkName, began: .epoch))
    }

    // MARK: - Reading

    /// Reads all packets.
    ///
    /// - Parameters:
    ///   - progress: Hears now and then how many bytes of the file have been read.
    ///   - visit: Gets each record, and the span that its ranges index.
    /// - Returns: What is to be said of the file.
    /// - Throws: ``PacketFileError``, or what `visit` throws.
    public func read(
        progress: (UInt64) -> Void = { _ in },
        _ visit: (CaptureEntry, RawSpan) throws -> Void
    ) throws -> CaptureFileState {
        try run(progress: progress) { encoder, _ in
            try encoder.forEachPending { entry, bytes in try visit(entry, bytes) }
            encoder.discardPending()
        }
    }

    /// What the file says of itself before its first record.
    ///
    /// - Throws: ``PacketFileError``.
    public func beginning() throws -> CaptureFileState {
        state(.complete, began: try PacketSource(file).firstTime())
    }

    /// Reads all packets and hands over what is staged now and then.
    ///
    /// - Parameters:
    ///   - progress: Hears now and then how many bytes of the file have been read.
    ///   - flush: Empties the encoder; the second argument says whether it is the last time.
    /// - Returns: What is to be said of the file.
    /// - Throws: ``PacketFileError``, or what `flush` throws.
    func run(
        progress: (UInt64) -> Void,
        _ flush: (inout CaptureEncoder, _ isLast: Bool) throws -> Void
    ) throws -> CaptureFileState {
        let ending = try source.forEachPacket { bytes, wireByteCount, time in
            if first == nil { begin(at: time) }
            last = time
            take(bytes, wireByteCount: wireByteCount, at: time)
            if encoder.pendingByteCount >= Self.stagedByteCount { try flush(&encoder, false) }
            if decoder.tally.packetCount & Self.progressInterval == 0 { progress(source.offset) }
        }
        if first == nil { begin(at: .epoch) }
        end()
        try flush(&encoder, true)
        return state(ending, began: first ?? .epoch)
    }

    private func begin(at time: Instant) {
        first = time
        encoder = CaptureEncoder(run: Self.run(of: file, linkName: linkName, began: time))
        var values = [HeaderField(name: "keep-secrets", value: "\(options.keepsSecrets)")]
        values += NoticeRecord.redaction(options.redactedPointers)
        let notice = NoticeRecord(
            topic: "configuration",
            text: "read from captured packets",
            values: values
        )
        encoder.append(.notice(notice), arrival: time)
    }

    private func take(_ bytes: RawSpan, wireByteCount: Int, at time: Instant) {
        decoder.decode(bytes, wireByteCount: wireByteCount) { segment, bytes in
            streams.take(segment, bytes: bytes, at: time) { facts, event, time, bytes in
                dissection.take(facts, event, at: time, bytes: bytes, capture: &encoder)
            }
        }
    }

    private func end() {
        let time = last ?? .epoch
        streams.finish(at: time) { facts, event, time, bytes in
            dissection.take(facts, event, at: time, bytes: bytes, capture: &encoder)
        }
        dissection.finish(
            packets: decoder.tally,
            streams: streams.tally,
            at: time,
            capture: &encoder
        )
    }

    // MARK: - What the file says

    private static func run(
        of file: PacketFile,
        linkName: String,
        began: Instant
    ) -> RunDescription {
        RunDescription(
            runID: file.name,
            proxy: "packets",
            library: "wsreplay \(Version.number)",
            started: began,
            values: [
                HeaderField(name: "source", value: "packets"),
                HeaderField(name: "packet-file", value: file.name),
                HeaderField(name: "packet-format", value: file.description),
                HeaderField(name: "link", value: linkName),
            ]
        )
    }

    private func state(_ ending: PacketSource.Ending, began: Instant) -> CaptureFileState {
        let run = Self.run(of: file, linkName: linkName, began: began)
        var damage: [CaptureDamage] = []
        if case .damaged(let detail) = ending {
            damage = [.packets(after: decoder.tally.packetCount, detail: detail)]
        }
        return CaptureFileState(
            completion: .sealed,
            damage: damage,
            run: run.fields,
            library: run.library
        )
    }
}
