import Vocabulary
import WebSocketWire

/// What one direction of a run sent, and what is known of each message's delivery.
///
/// Messages, acknowledgements and ends of connections are handed over in the order of the capture.
/// The first of them wait until the ``FieldDetector`` has seen enough to say which members mean
/// something; from then on each is taken as it comes. Memory grows with connections, streams and what
/// is open, not with the number of messages.
final class DeliveryHistory {
    /// A message under a number that another one has already.
    struct Conflict {
        var stream: String
        var sequence: UInt64
        var place: MessagePlace
    }

    /// A number that began again.
    struct Restart {
        var stream: String
        var sequence: UInt64
        var place: MessagePlace
    }

    private enum Event {
        case message(MessagePlace, digest: UInt64, CandidateFields?, isFirst: Bool)
        case acknowledged(ConnectionID, stream: [UInt8]?, through: UInt64)
        case ended(ConnectionID, DirectionEnd)
        case withheld(ConnectionID, Range<ByteOffset>, FaultDeed)
        case readmitted(ConnectionID, from: ByteOffset, at: ByteOffset, String)
    }

    private enum Phase {
        case detecting(FieldDetector, waiting: [Event])
        case decided
    }

    /// How many events may wait for the detector.
    static let waitingMax = 8192
    /// How many streams one direction may have.
    static let streamsMax = 65_536
    /// How many conflicts and restarts are held for the report; all are counted.
    static let listedMax = 1000

    let direction: Direction
    private let sessions: SessionTable
    private let keepsDigests: Bool

    private var phase = Phase.detecting(FieldDetector(), waiting: [])
    private(set) var fields = DetectedFields.none
    private var table = StreamTable()
    private(set) var streams: [StreamHistory] = []
    private var lanes: [ConnectionID: [(stream: Int, lane: Lane)]] = [:]
    private var name: [UInt8] = []
    private var openOrdinals: [Int: [UInt64: UInt64]] = [:]

    private(set) var messageCount: UInt64 = 0
    private(set) var sequencedCount: UInt64 = 0
    private(set) var acknowledgementCount: UInt64 = 0
    private(set) var greetingCount: UInt64 = 0
    private(set) var unreadableCount: UInt64 = 0
    /// Messages without members: binary, or text that is no JSON object.
    private(set) var opaqueCount: UInt64 = 0
    private(set) var resentCount: UInt64 = 0
    private(set) var uncheckedResentCount: UInt64 = 0
    private(set) var stepCount: UInt64 = 0
    private(set) var stepsOfOne: UInt64 = 0
    private(set) var conflicts: [Conflict] = []
    private(set) var conflictCount: UInt64 = 0
    private(set) var restarts: [Restart] = []
    private(set) var restartCount: UInt64 = 0
    private(set) var hasTooManyStreams = false
    /// What faults did to messages of which it is not known any more which ones they were.
    private(set) var unplacedDeedCount: UInt64 = 0
    /// How often each payload without a number came by; held only for a log or journal.
    private(set) var digestCounts: [UInt64: UInt64] = [:]

    init(direction: Direction, sessions: SessionTable, keepsDigests: Bool) {
        self.direction = direction
        self.sessions = sessions
        self.keepsDigests = keepsDigests
    }

    // MARK: - Inputs

    /// A JSON object came by.
    func take(
        _ place: MessagePlace,
        digest: UInt64,
        fields source: borrowing FieldExtractor,
        isFirst: Bool
    ) {
        switch phase {
        case .decided:
            take(place, digest: digest, from: source, isFirst: isFirst)
        case .detecting:
            wait(.message(place, digest: digest, CandidateFields(source), isFirst: isFirst))
        }
    }

    /// A message without members came by: binary, or text that is no JSON object.
    func take(_ place: MessagePlace, digest: UInt64) {
        opaqueCount += 1
        switch phase {
        case .decided: takeUnnumbered(place, digest: digest)
        case .detecting: wait(.message(place, digest: digest, nil, isFirst: false))
        }
    }

    /// The receiver said that it has accepted a stream up to a number.
    func acknowledge(_ connection: ConnectionID, stream: [UInt8]?, through limit: UInt64) {
        switch phase {
        case .decided: accept(connection, stream: stream, through: limit)
        case .detecting: wait(.acknowledged(connection, stream: stream, through: limit))
        }
    }

    /// A connection ended, or the capture did.
    func end(_ connection: ConnectionID, _ end: DirectionEnd) {
        switch phase {
        case .decided: settle(connection, end)
        case .detecting: wait(.ended(connection, end))
        }
    }

    /// A fault kept messages from going on as they were.
    func withhold(_ connection: ConnectionID, _ range: Range<ByteOffset>, _ deed: FaultDeed) {
        guard case .decided = phase else { return wait(.withheld(connection, range, deed)) }
        for (index, lane) in lanes[connection] ?? [] {
            let isKnown = lane.withhold(range, deed, in: &streams[index].epochs[lane.epoch])
            if !isKnown { unplacedDeedCount += 1 }
        }
    }

    /// A message goes on that a fault held back while later ones went on.
    func readmit(
        _ connection: ConnectionID,
        from origin: ByteOffset,
        at offset: ByteOffset,
        _ fault: String
    ) {
        guard case .decided = phase else {
            return wait(.readmitted(connection, from: origin, at: offset, fault))
        }
        for (index, lane) in lanes[connection] ?? [] {
            lane.readmit(from: origin, at: offset, fault, in: &streams[index].epochs[lane.epoch])
        }
    }

    /// An acknowledgement of the other direction came by on this one.
    func countAcknowledgement() {
        acknowledgementCount += 1
    }

    /// The capture is over: what waited for the detector is taken.
    func endCapture() {
        decide()
    }

    /// A message was cut and never came again; asked after ``endCapture()``.
    ///
    /// - Returns: Whether its beginning told which message it is.
    func takeCut(_ place: MessagePlace, fields source: borrowing FieldExtractor) -> Bool {
        guard let sequenceName = fields.sequence, let number = source.number(sequenceName),
            let session = sessions.known(of: place.connection)
        else { return false }
        fields.streamName(of: source, into: &name)
        // Only a stream that is known: what tells streams apart may be in the part that is missing.
        guard let index = table.find(session: session, name: name) else { return false }
        let stream = streams[index]
        let epoch = stream.epochs.lastIndex { $0.firstPlace.time <= place.time } ?? 0
        if number > stream.epochs[epoch].last, epoch == stream.epochs.count - 1 {
            stream.epochs[epoch].see(number, digest: nil, at: place)
        }
        stream.epochs[epoch].leave(
            EpochHistory.Leftover(
                sequences: number...number,
                fate: .cut,
                first: place,
                last: place
            )
        )
        return true
    }

    /// A message came by whose payload cannot be read: it may be any number.
    func countUnreadable() {
        unreadableCount += 1
    }

    /// All evidence is in.
    func finish() {
        for stream in streams {
            for index in stream.epochs.indices { stream.epochs[index].finish() }
        }
    }

    // MARK: - Outcomes

    /// How the fields that were detected fit.
    var detection: Detection {
        Detection(
            direction: direction,
            fields: fields,
            messageCount: messageCount,
            acknowledgementCount: acknowledgementCount,
            greetingCount: greetingCount,
            sequencedCount: sequencedCount,
            stepCount: stepCount,
            stepsOfOne: stepsOfOne
        )
    }

    /// The streams called `name`, one for each session that has it.
    func streams(called name: [UInt8]) -> [StreamHistory] {
        (0..<sessions.count).compactMap { session in
            table.find(session: session, name: name).map { streams[$0] }
        }
    }

    // MARK: - Waiting for the detector

    private func wait(_ event: Event) {
        guard case .detecting(var detector, var waiting) = phase else { return }
        // The phase lets go of its arrays, so that appending does not copy them.
        phase = .decided
        if case .message(let place, _, let fields?, _) = event {
            detector.take(fields, on: place.connection)
        }
        waiting.append(event)
        let isFull = waiting.count >= Self.waitingMax
        let isReady = detector.isReady
        phase = .detecting(detector, waiting: waiting)
        if isReady || isFull { decide() }
    }

    private func decide() {
        guard case .detecting(let detector, let waiting) = phase else { return }
        fields = detector.decide()
        phase = .decided
        for event in waiting {
            switch event {
            case .message(let place, let digest, let fields?, let isFirst):
                take(place, digest: digest, from: fields, isFirst: isFirst)
            case .message(let place, let digest, nil, _):
                takeUnnumbered(place, digest: digest)
            case .acknowledged(let connection, let stream, let limit):
                accept(connection, stream: stream, through: limit)
            case .ended(let connection, let end):
                settle(connection, end)
            case .withheld(let connection, let range, let deed):
                withhold(connection, range, deed)
            case .readmitted(let connection, let origin, let offset, let fault):
                readmit(connection, from: origin, at: offset, fault)
            }
        }
    }

    // MARK: - Messages

    private func take<Source: FieldSource & ~Copyable>(
        _ place: MessagePlace,
        digest: UInt64,
        from source: borrowing Source,
        isFirst: Bool
    ) {
        guard let sequenceName = fields.sequence, let number = source.number(sequenceName) else {
            takeUnnumbered(source, place, digest: digest, isFirst: isFirst)
            return
        }
        messageCount += 1
        sequencedCount += 1
        fields.streamName(of: source, into: &name)
        let session =
            sessions.known(of: place.connection)
            ?? chooseSession(place, number: number, digest: digest)
        guard let index = stream(session: session, name: name, isNumbered: true) else { return }
        record(number, digest: digest, at: place, in: index)
    }

    private func chooseSession(_ place: MessagePlace, number: UInt64, digest: UInt64) -> Int {
        sessions.session(
            of: place.connection,
            at: place.time,
            mayOverlap: direction == .clientToServer
        ) { session in
            guard let index = table.find(session: session, name: name) else {
                return SessionTable.Fit.none
            }
            return streams[index].fit(number, digest: digest)
        }
    }

    private func takeUnnumbered<Source: FieldSource & ~Copyable>(
        _ source: borrowing Source,
        _ place: MessagePlace,
        digest: UInt64,
        isFirst: Bool
    ) {
        var scratch: [UInt8] = []
        // A typed message that opens its connection belongs to it: the next connection brings
        // another one, and nothing is lost with it.
        if isFirst, let type = fields.type, source.append(type, to: &scratch) {
            greetingCount += 1
            return
        }
        scratch.removeAll()
        // The same identifier is the same message, whatever else has changed in it.
        if let identifier = fields.identifier, source.append(identifier, to: &scratch) {
            // Safety: bytes have no padding, so all of the span's memory is initialised.
            takeUnnumbered(place, digest: unsafe PayloadDigest.of(scratch.span.bytes))
        } else {
            takeUnnumbered(place, digest: digest)
        }
    }

    /// A message without a number gets the next one of a stream of its own; one that an earlier
    /// connection left open is recognised by its digest.
    private func takeUnnumbered(_ place: MessagePlace, digest: UInt64) {
        messageCount += 1
        if keepsDigests { digestCounts[digest, default: 0] += 1 }
        let session =
            sessions.known(of: place.connection)
            ?? sessions.session(of: place.connection, at: place.time, mayOverlap: false) { _ in
                nil
            }
        name.removeAll(keepingCapacity: true)
        // No text field can hold this byte, so no numbered stream has this name.
        name.append(0xFF)
        guard let index = stream(session: session, name: name, isNumbered: false) else { return }
        let number =
            openOrdinals[index]?.removeValue(forKey: digest)
            ?? (streams[index].epochs.last?.last ?? 0) + 1
        record(number, digest: digest, at: place, in: index)
    }

    private func record(_ number: UInt64, digest: UInt64, at place: MessagePlace, in index: Int) {
        let stream = streams[index]
        let relation = stream.take(number, digest: digest, at: place)
        switch relation {
        case .new: break
        case .resent: resentCount += 1
        case .resentUnchecked:
            resentCount += 1
            uncheckedResentCount += 1
        case .conflicting:
            conflictCount += 1
            if conflicts.count < Self.listedMax {
                conflicts.append(Conflict(stream: stream.name, sequence: number, place: place))
            }
        case .restarted:
            restartCount += 1
            if restarts.count < Self.listedMax {
                restarts.append(Restart(stream: stream.name, sequence: number, place: place))
            }
        }
        let lane = lane(of: stream, index: index, on: place.connection)
        if relation == .new, stream.isNumbered, let before = lane.lastSequence {
            stepCount += 1
            if number == before &+ 1 { stepsOfOne += 1 }
        }
        lane.append(number, at: place, to: &stream.epochs[lane.epoch])
    }

    private func lane(of stream: StreamHistory, index: Int, on connection: ConnectionID) -> Lane {
        let epoch = stream.epochs.count - 1
        if let lane = stream.lane, lane.connection == connection, lane.epoch == epoch {
            return lane
        }
        let open = lanes[connection]?.last { $0.stream == index && $0.lane.epoch == epoch }
        let lane = open?.lane ?? Lane(connection: connection, direction: direction, epoch: epoch)
        if open == nil { lanes[connection, default: []].append((index, lane)) }
        stream.lane = lane
        return lane
    }

    private func stream(session: Int, name: [UInt8], isNumbered: Bool) -> Int? {
        if let index = table.find(session: session, name: name) { return index }
        guard streams.count < Self.streamsMax else {
            hasTooManyStreams = true
            return nil
        }
        let index = table.intern(session: session, name: name).index
        let text = isNumbered ? String(decoding: name, as: UTF8.self) : "without a number"
        streams.append(StreamHistory(name: text, session: session, isNumbered: isNumbered))
        return index
    }

    // MARK: - Acknowledgements and ends

    private func accept(_ connection: ConnectionID, stream name: [UInt8]?, through limit: UInt64) {
        guard let session = sessions.known(of: connection) else { return }
        if let name {
            guard let index = table.find(session: session, name: name) else { return }
            accept(connection, index: index, through: limit)
        } else {
            // Without a stream's name the acknowledgement is clear only when there is one stream.
            let numbered = streams.indices.filter {
                streams[$0].session == session && streams[$0].isNumbered
            }
            guard numbered.count == 1 else { return }
            accept(connection, index: numbered[0], through: limit)
        }
    }

    private func accept(_ connection: ConnectionID, index: Int, through limit: UInt64) {
        let stream = streams[index]
        let lane =
            if let lane = stream.lane, lane.connection == connection {
                lane
            } else {
                lanes[connection]?.last { $0.stream == index }?.lane
            }
        guard let lane else { return }
        lane.accept(through: limit, in: &stream.epochs[lane.epoch])
    }

    private func settle(_ connection: ConnectionID, _ end: DirectionEnd) {
        for (index, lane) in lanes.removeValue(forKey: connection) ?? [] {
            let stream = streams[index]
            lane.end(end, in: &stream.epochs[lane.epoch])
            if stream.lane === lane { stream.lane = nil }
            if !stream.isNumbered { rememberOpenOrdinals(of: stream, index: index) }
        }
    }

    /// Which messages without a number may still be sent again.
    private func rememberOpenOrdinals(of stream: StreamHistory, index: Int) {
        guard let epoch = stream.epochs.last else { return }
        var open: [UInt64: UInt64] = [:]
        for range in epoch.unknown.union(epoch.undelivered).ranges {
            let count = UInt64(DigestWindow.capacityMax)
            let start =
                range.upperBound - range.lowerBound < count
                ? range.lowerBound : range.upperBound - count
            for number in start...range.upperBound {
                guard let digest = epoch.digests[number] else { continue }
                open[digest] = number
            }
        }
        openOrdinals[index] = open
    }
}
