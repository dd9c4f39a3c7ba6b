public import CaptureFormat
private import Dispatch
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
/// the same, record for record. Memory does not grow with the file. Packets are read on a thread of their own
/// while records are looked at.
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
    @exclusivity(unchecked) private var decoder: PacketDecoder
    @exclusivity(unchecked) private var streams = StreamTable()
    @exclusivity(unchecked) private var dissection: Dissection
    @exclusivity(unchecked) private var encoder: CaptureEncoder
    @exclusivity(unchecked) private var first: Instant?
    @exclusivity(unchecked) private var last: Instant?

    /// Records are handed on when so many bytes of them are staged.
    private static let stagedByteCount = 256 << 10

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
        let pipe = RecordPipe()
        let reading = BackgroundReading(self, pipe)
        reading.start()
        do {
            while let batch = pipe.take() {
                try batch.records.visit(visit)
                progress(batch.offset)
            }
        } catch {
            pipe.abandon()
            reading.wait()
            throw error
        }
        reading.wait()
        return try reading.result()
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
        progress: (UInt64) -> Void = { _ in },
        _ flush: (inout CaptureEncoder, _ isLast: Bool) throws -> Void
    ) throws -> CaptureFileState {
        let ending = try source.forEachPacket { bytes, wireByteCount, time in
            if first == nil { begin(at: time) }
            last = time
            take(bytes, wireByteCount: wireByteCount, at: time)
            guard encoder.pendingByteCount >= Self.stagedByteCount else { return }
            try flush(&encoder, false)
            progress(source.offset)
        }
        if first == nil { begin(at: .epoch) }
        end(ending)
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

    private func end(_ ending: PacketSource.Ending) {
        let time = last ?? .epoch
        if case .damaged(let detail) = ending {
            let gap = GapRecord(
                from: time,
                through: time,
                isOpen: true,
                reason: "the packet file cannot be read behind packet "
                    + "\(decoder.tally.packetCount) (\(detail))."
            )
            encoder.append(.gap(gap), arrival: time)
        }
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

    /// Reads all packets into a pipe, until nobody wants more.
    fileprivate func fill(_ pipe: RecordPipe) throws -> CaptureFileState {
        struct Abandoned: Error {}
        do {
            return try run { encoder, _ in
                let batch = RecordPipe.Batch(
                    records: encoder.takePending(),
                    offset: source.offset
                )
                guard pipe.put(batch) else { throw Abandoned() }
            }
        } catch is Abandoned {
            return state(.complete, began: first ?? .epoch)
        }
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

/// A reading of packets on a thread of its own.
///
/// Safety: between ``start()`` and ``wait()`` the reader belongs to that thread alone, and the outcome is
/// written before the semaphore is signalled and read after it was waited for.
private final class BackgroundReading: @unchecked Sendable {
    private let reader: PacketReader
    private let pipe: RecordPipe
    private let isDone = DispatchSemaphore(value: 0)
    private var outcome: Result<CaptureFileState, any Error>?

    init(_ reader: PacketReader, _ pipe: RecordPipe) {
        self.reader = reader
        self.pipe = pipe
    }

    func start() {
        DispatchQueue(label: "packets").async { [self] in
            outcome = Result { try reader.fill(pipe) }
            pipe.close()
            isDone.signal()
        }
    }

    func wait() { isDone.wait() }

    func result() throws -> CaptureFileState {
        guard let outcome else { preconditionFailure("a reading without an outcome") }
        return try outcome.get()
    }
}
