public import CaptureFormat
import Vocabulary
import WebSocketWire

/// Reads a capture once and counts what it holds.
///
/// Memory grows with the number of connections, up to ``connectionsListedMax``, and of message types.
public struct SummaryBuilder: ~Copyable {
    /// How many connections are listed one by one.
    public static let connectionsListedMax = 100_000
    /// How many types are told apart in a direction; further ones are counted as `…`.
    public static let typesMax = 1000
    /// How many gaps and outages are held.
    public static let listedMax = 1000

    private final class Track {
        struct Flow: ~Copyable {
            var assembler: MessageAssembler
            var figures = CaptureSummary.Flow()
        }

        var summary: CaptureSummary.Connection
        var toServer: Flow
        var toClient: Flow

        init(_ connection: ConnectionID, at time: Instant) {
            summary = CaptureSummary.Connection(connection: connection, openedAt: time)
            toServer = Flow(
                assembler: MessageAssembler(connection: connection, direction: .clientToServer)
            )
            toClient = Flow(
                assembler: MessageAssembler(connection: connection, direction: .serverToClient)
            )
        }

        func accept(_ agreement: ExtensionAgreement) {
            let connection = summary.connection
            toServer.assembler = MessageAssembler(
                connection: connection,
                direction: .clientToServer,
                agreement: agreement
            )
            toClient.assembler = MessageAssembler(
                connection: connection,
                direction: .serverToClient,
                agreement: agreement
            )
        }
    }

    private struct Counts {
        var total = CaptureSummary.Flow()
        var opcodes = [(frames: UInt64, bytes: UInt64)](repeating: (0, 0), count: 16)
        var jsonCount: UInt64 = 0
        var types: [[UInt8]: UInt64] = [:]
    }

    private var summary = CaptureSummary()
    private var tracks: [ConnectionID: Track] = [:]
    private var outages = OutageTracker()
    private var toServer = Counts()
    private var toClient = Counts()
    private var extractor = FieldExtractor()

    /// Creates a builder that has seen nothing.
    public init() {}

    // MARK: - Inputs

    /// Takes the next record of the capture.
    ///
    /// - Parameters:
    ///   - entry: The record.
    ///   - bytes: What the record's ranges index.
    public mutating func observe(_ entry: CaptureEntry, bytes: RawSpan) {
        summary.recordCount += 1
        if summary.firstTime == nil { summary.firstTime = entry.time }
        summary.lastTime = entry.time
        summary.faults.take(entry)
        switch entry.record {
        case .frame(let record): observe(record, at: entry.arrival, bytes: bytes)
        case .opened(let record):
            let track = track(record.connection, at: entry.arrival)
            if record.leg == .downstream { track.summary.clientAddress = record.origin }
        case .handshake(let record): observe(record, at: entry.arrival)
        case .closed(let record): observe(record, at: entry.arrival)
        case .gap(let record): observe(record)
        case .resumed(let record): observe(record, at: entry.arrival)
        case .notice(let record):
            let topics = [NoticeRecord.importTopic, NoticeRecord.tlsTopic]
            guard topics.contains(record.topic) else { return }
            if summary.notes.count < Self.listedMax { summary.notes.append(record.text) }
        case .bytes, .outcome, .held, .rewrite, .progress, .faultChange, .mark,
            .secured, .unknown:
            break
        }
    }

    // MARK: - Output

    /// Ends the capture and gives the figures.
    ///
    /// - Parameter fileState: In what state the file was found.
    /// - Returns: The figures.
    public consuming func finish(fileState: FileState) -> CaptureSummary {
        for track in Array(tracks.values) { list(track) }
        summary.connections.sort { $0.connection < $1.connection }
        summary.directions = [
            Self.figures(.clientToServer, toServer), Self.figures(.serverToClient, toClient),
        ]
        summary.fileState = fileState
        return summary
    }

    // MARK: - Records

    private mutating func track(_ connection: ConnectionID, at time: Instant) -> Track {
        if let track = tracks[connection] { return track }
        let track = Track(connection, at: time)
        tracks[connection] = track
        return track
    }

    private mutating func observe(_ record: HandshakeRecord, at time: Instant) {
        let track = track(record.connection, at: time)
        track.summary.target = record.target
        track.summary.answeredAt = time
        track.summary.status = record.status
        track.summary.isAccepted = record.isAccepted
        track.summary.extensions = record.extensions
        guard record.isAccepted else { return outages.refuse(target: record.target) }
        track.accept(ExtensionAgreement(response: record.extensions))
        let outage = outages.accept(record.connection, target: record.target, at: time)
        if let outage, summary.outages.count < Self.listedMax { summary.outages.append(outage) }
    }

    private mutating func observe(_ record: GapRecord) {
        let gap = CaptureSummary.Gap(
            from: record.from,
            through: record.through,
            isOpen: record.isOpen,
            byteCount: record.byteCount,
            streamByteCount: record.streamByteCount,
            connection: record.streamByteCount > 0 ? record.runs.first?.connection : nil,
            direction: record.streamByteCount > 0 ? record.runs.first?.direction : nil,
            frameCount: record.frameCount,
            reason: record.reason
        )
        // A gap is told of twice: when it opens, and when it is over.
        if let open = summary.gaps.firstIndex(where: { $0.isOpen && $0.from == gap.from }) {
            summary.gaps[open] = gap
        } else if summary.gaps.count < Self.listedMax {
            summary.gaps.append(gap)
        }
    }

    /// A connection was open when the file began: news only when its beginning is not here.
    private mutating func observe(_ record: ResumedRecord, at time: Instant) {
        guard tracks[record.connection]?.summary.answeredAt == nil else { return }
        let track = track(record.connection, at: time)
        track.summary.clientAddress = record.downstream.remote
        guard let handshake = record.handshake else {
            let isMidway = record.clientToServer.frame > 0 || record.serverToClient.frame > 0
            guard isMidway, !track.summary.isMidway else { return }
            track.summary.isMidway = true
            track.summary.isAccepted = true
            track.accept(.unknown)
            outages.acceptUnseen()
            return
        }
        observe(handshake, at: time)
        guard handshake.isAccepted else { return }
        track.toServer.assembler.resume(at: record.clientToServer)
        track.toClient.assembler.resume(at: record.serverToClient)
    }

    private mutating func observe(_ record: FrameRecord, at time: Instant, bytes: RawSpan) {
        let track = track(record.connection, at: time)
        if record.direction == .clientToServer {
            Self.take(
                record,
                at: time,
                bytes: bytes,
                flow: &track.toServer,
                counts: &toServer,
                extractor: &extractor
            )
        } else {
            Self.take(
                record,
                at: time,
                bytes: bytes,
                flow: &track.toClient,
                counts: &toClient,
                extractor: &extractor
            )
        }
    }

    private static func take(
        _ record: FrameRecord,
        at time: Instant,
        bytes: RawSpan,
        flow: inout Track.Flow,
        counts: inout Counts,
        extractor: inout FieldExtractor
    ) {
        flow.figures.byteCount += UInt64(record.header.count + record.payload.count)
        let step = flow.assembler.take(record, at: time, bytes: bytes)
        if let header = step.frame?.header {
            flow.figures.frameCount += 1
            counts.opcodes[Int(header.opcode.rawValue)].frames += 1
            counts.opcodes[Int(header.opcode.rawValue)].bytes += header.payloadLength
        }
        guard let message = step.message, message.isData else { return }
        flow.figures.messageCount += 1
        guard message.opcode == .text, message.content == .whole else { return }
        flow.assembler.withPayload(of: message) { payload in
            guard extractor.read(payload) == .object else { return }
            counts.jsonCount += 1
            countType(extractor, in: &counts)
        }
    }

    private static func countType(_ extractor: borrowing FieldExtractor, in counts: inout Counts) {
        var name: [UInt8] = []
        for field in FieldName.types where extractor.append(field, to: &name) { break }
        if counts.types[name] == nil, counts.types.count >= typesMax { name = Array("…".utf8) }
        counts.types[name, default: 0] += 1
    }

    private mutating func observe(_ record: ClosedRecord, at time: Instant) {
        let track = track(record.connection, at: time)
        track.summary.endedAt = time
        track.summary.ending = CaptureSummary.Ending(record)
        if track.summary.isAccepted {
            outages.end(record.connection, target: track.summary.target, at: time)
        }
        list(track)
        tracks[record.connection] = nil
    }

    // MARK: - Helpers

    private mutating func list(_ track: Track) {
        if track.toServer.assembler.finish().message != nil {
            track.toServer.figures.messageCount += 1
        }
        if track.toClient.assembler.finish().message != nil {
            track.toClient.figures.messageCount += 1
        }
        track.summary.toServer = track.toServer.figures
        track.summary.toClient = track.toClient.figures
        toServer.total.add(track.summary.toServer)
        toClient.total.add(track.summary.toClient)
        if summary.connections.count < Self.connectionsListedMax {
            summary.connections.append(track.summary)
        } else {
            summary.unlistedConnectionCount += 1
        }
    }

    private static func figures(
        _ direction: Direction,
        _ counts: Counts
    ) -> CaptureSummary.DirectionFigures {
        var figures = CaptureSummary.DirectionFigures(direction: direction, total: counts.total)
        figures.opcodes = counts.opcodes.enumerated().compactMap { number, count in
            guard count.frames > 0 else { return nil }
            return CaptureSummary.OpcodeFigures(
                opcode: Opcode(rawValue: UInt8(number)).description,
                frameCount: count.frames,
                payloadByteCount: count.bytes
            )
        }
        figures.jsonCount = counts.jsonCount
        figures.types = counts.types
            .map { name, count in
                CaptureSummary.TypeFigures(
                    type: String(decoding: name, as: UTF8.self),
                    count: count
                )
            }
            .sorted { ($1.count, $0.type) < ($0.count, $1.type) }
        return figures
    }
}
