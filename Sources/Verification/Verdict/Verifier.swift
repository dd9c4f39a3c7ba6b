public import CaptureFormat
import Vocabulary
import WebSocketWire

/// Reads a capture once and says whether ordering, integrity and delivery held.
///
/// ```
/// var verifier = Verifier()
/// while let entry = try reader.next() {
///     verifier.observe(entry.value, bytes: entry.bytes)
/// }
/// let verdict = verifier.finish(fileState: .sealed)
/// ```
///
/// - **In:** the records of a capture in order; then, if there are any, the lines of a receiver's log
///   and of a producer's journal.
/// - **Out:** a ``Verdict``.
/// - **Never:** reads a file, a clock or a random number.
/// - **Limits:** memory grows with connections, streams and what is open, not with the capture; a
///   message larger than ``MessageLimits/messageBytesMax`` is not judged and makes the checks it
///   touches inconclusive.
public struct Verifier: ~Copyable {
    private let options: VerificationOptions
    private let sessions = SessionTable()
    private let toServer: DeliveryHistory
    private let toClient: DeliveryHistory
    private var extractor = FieldExtractor()
    /// Does to lines of a list what the recording did to messages; `nil` when it did nothing.
    private var lineRedactor: JSONSecretFinder?

    private var protocolChecker = ProtocolChecker()
    private var integrityChecker = IntegrityChecker()
    private var captureChecker = CaptureChecker()

    private var tracks: [ConnectionID: ConnectionTrack] = [:]
    private var current: ConnectionTrack?
    /// What faults were called, and what they kept from going on.
    private var faultNames: Set<String> = []
    private var withheld: [LossChecker.Withheld: String] = [:]
    private var ends: [ConnectionID: (closed: ClosedRecord, time: Instant)] = [:]
    private var clientAddresses: [ConnectionID: String] = [:]
    private var openCuts: [CutMessage] = []
    private var cutCount: UInt64 = 0
    private var resentCutCount: UInt64 = 0
    /// Connections whose beginning is not in the capture.
    private var resumedCount: UInt64 = 0
    private var figures = VerdictFigures()
    private var lastTime = Instant.epoch
    private var hasEnded = false
    private var received: ListedMessages?
    private var journal: ListedMessages?

    /// What the reader of captured packets had to say.
    private var recordedNotes: [String] = []

    /// How many of those are told.
    private static let recordedNotesMax = 100
    /// How many cut messages are held to recognise them by.
    private static let openCutsMax = 1024

    /// Creates a verifier that has seen nothing.
    public init(options: VerificationOptions = VerificationOptions()) {
        self.options = options
        toServer = DeliveryHistory(
            direction: .clientToServer,
            sessions: sessions,
            keepsDigests: options.expectsLists
        )
        toClient = DeliveryHistory(
            direction: .serverToClient,
            sessions: sessions,
            keepsDigests: options.expectsLists
        )
    }

    // MARK: - Inputs

    /// Takes the next record of the capture.
    ///
    /// - Parameters:
    ///   - entry: The record.
    ///   - bytes: What the record's ranges index.
    public mutating func observe(_ entry: CaptureEntry, bytes: RawSpan) {
        precondition(!hasEnded, "records come before lines")
        lastTime = max(lastTime, entry.time)
        switch entry.record {
        case .frame(let record): observe(record, at: entry.arrival, bytes: bytes)
        case .opened(let record):
            if record.leg == .downstream { clientAddresses[record.connection] = record.origin }
        case .handshake(let record): observe(record, at: entry.arrival)
        case .progress(let record): track(record.connection).note(record)
        case .closed(let record): observe(record, at: entry.arrival)
        case .outcome(let record): observe(record)
        case .bytes(let record): observe(record, at: entry.arrival)
        case .held(let record): track(record.connection).noteHeld(record)
        // What a change of faults did has records of its own; they name it.
        case .faultChange(let record): faultNames.insert(record.fault)
        case .rewrite(let record): observe(record)
        case .mark, .secured: break
        case .gap(let record): captureChecker.take(record)
        case .resumed(let record): observe(record, at: entry.arrival)
        case .unknown(let schema): captureChecker.take(unknownSchema: schema)
        case .notice(let record): observe(record)
        }
    }

    /// Takes the next line, without its line break, of the receiver's log.
    ///
    /// A line is a message that it accepted, as it was sent. All records come before the lines.
    public mutating func observeReceived(line: RawSpan) {
        endCapture()
        var list = received ?? ListedMessages(.received)
        take(line, into: &list)
        received = list
    }

    /// Takes the next line, without its line break, of the producer's journal.
    ///
    /// A line is a message that it published, as it was to be sent. All records come before the lines.
    public mutating func observeJournal(line: RawSpan) {
        endCapture()
        var list = journal ?? ListedMessages(.journal)
        take(line, into: &list)
        journal = list
    }

    /// Says that there is a receiver's log, even when it has no line: then nothing was accepted.
    public mutating func beginReceived() {
        endCapture()
        if received == nil { received = ListedMessages(.received) }
    }

    /// Says that there is a producer's journal, even when it has no line.
    public mutating func beginJournal() {
        endCapture()
        if journal == nil { journal = ListedMessages(.journal) }
    }

    // MARK: - Output

    /// Ends the run and says what was found.
    ///
    /// - Parameter fileState: In what state the file was found.
    /// - Returns: The verdict.
    public consuming func finish(fileState: FileState) -> Verdict {
        endCapture()
        let lostCuts = settleCuts()
        for history in histories { history.finish() }
        let coverage = captureChecker.coverage(fileState: fileState)
        let loggedDirection = received?.direction(of: histories)
        var lossChecker = LossChecker(
            LossChecker.Evidence(
                sessions: sessions,
                ends: ends,
                received: received,
                journal: journal,
                coverage: coverage,
                fileState: fileState,
                lostCuts: lostCuts,
                withheld: withheld
            )
        )
        let loss = lossChecker.result(histories: histories)
        let order = OrderChecker.result(
            histories: histories,
            loggedDirection: loggedDirection,
            coverage: coverage
        )
        let integrity = integrityChecker.result(
            histories: histories,
            unexpected: unexpected(coverage),
            coverage: coverage
        )
        var checks = [
            protocolChecker.result(), integrity, order, loss,
            captureChecker.result(fileState: fileState, coverage: coverage),
        ]
        if figures.connectionCount == 0, !options.allowsEmpty {
            for index in checks.indices where checks[index].outcome != .fail {
                checks[index].outcome = .inconclusive
                checks[index].reasons.append(
                    "No connection came to an accepted upgrade: there is nothing to judge."
                )
            }
        }
        figures.merge(lossChecker.figures)
        return Verdict(
            outcome: checks.reduce(.pass) { $0.merged(with: $1.outcome) },
            checks: checks,
            notes: notes(lostCuts: lostCuts),
            detections: histories.map(\.detection).filter {
                $0.messageCount + $0.acknowledgementCount + $0.greetingCount > 0
            },
            figures: figures,
            fileState: fileState
        )
    }

    // MARK: - Records

    private var histories: [DeliveryHistory] { [toServer, toClient] }

    private mutating func track(_ connection: ConnectionID) -> ConnectionTrack {
        if let current, current.connection == connection { return current }
        let track =
            tracks[connection] ?? ConnectionTrack(connection, limits: options.limits)
        tracks[connection] = track
        current = track
        return track
    }

    private mutating func observe(_ record: NoticeRecord) {
        let topics = [NoticeRecord.importTopic, NoticeRecord.tlsTopic]
        if topics.contains(record.topic), recordedNotes.count < Self.recordedNotesMax {
            recordedNotes.append(record.text)
        }
        let pointers = record.redactedPointers.prefix(JSONPointer.countMax)
        guard !pointers.isEmpty else { return }
        lineRedactor = JSONSecretFinder(Array(pointers))
        // A blanked number is no sequence number, a blanked text no name of a stream.
        extractor.hide(
            FieldName.allCases.filter { name in
                pointers.contains { $0.tokens == [name.text] }
            }
        )
    }

    /// Takes a line into its list, as the recording would have left it.
    private mutating func take(_ line: RawSpan, into list: inout ListedMessages) {
        guard lineRedactor != nil else {
            list.take(line, extractor: &extractor, histories: histories)
            return
        }
        // Safety: the bytes are copied before the closure returns.
        var copy = unsafe line.withUnsafeBytes { unsafe Array($0) }
        lineRedactor?.restart(.anywhere)
        _ = lineRedactor?.redact(&copy, in: copy.indices)
        // Safety: bytes have no padding, so all of the span's memory is initialised.
        list.take(unsafe copy.span.bytes, extractor: &extractor, histories: histories)
    }

    private mutating func observe(
        _ record: HandshakeRecord,
        at time: Instant,
        isResumed: Bool = false
    ) {
        let agreement =
            record.isAccepted ? ExtensionAgreement(response: record.extensions) : .none
        protocolChecker.take(record, agreement: agreement, at: time)
        let track = track(record.connection)
        guard record.isAccepted else {
            track.isRefused = true
            return
        }
        figures.connectionCount += 1
        track.accept(agreement, limits: options.limits)
        sessions.open(
            record.connection,
            target: record.target,
            clientAddress: clientAddresses[record.connection] ?? "",
            resumedAt: isResumed ? time : nil
        )
    }

    /// A connection was open when the file began: news only when the files before it are not here, or
    /// when it came to be in a gap.
    private mutating func observe(_ record: ResumedRecord, at time: Instant) {
        let track = track(record.connection)
        guard !track.isAccepted, !track.isRefused else { return }
        clientAddresses[record.connection] = record.downstream.origin
        guard let handshake = record.handshake else {
            // Frames that pass without a handshake: it came before anybody looked.
            guard record.clientToServer.frame > 0 || record.serverToClient.frame > 0 else { return }
            acceptUnseen(track, at: time)
            for direction in Direction.allCases { resume(track, direction, at: record[direction]) }
            return
        }
        observe(handshake, at: time, isResumed: true)
        guard handshake.isAccepted else { return }
        resumedCount += 1
        track.progress = record.progress
        for direction in Direction.allCases { resume(track, direction, at: record[direction]) }
    }

    private mutating func acceptUnseen(_ track: ConnectionTrack, at time: Instant) {
        resumedCount += 1
        figures.connectionCount += 1
        protocolChecker.takeUnseenHandshake()
        track.accept(.unknown, limits: options.limits)
        sessions.open(
            track.connection,
            target: "",
            clientAddress: clientAddresses[track.connection] ?? "",
            resumedAt: time
        )
    }

    private mutating func resume(
        _ track: ConnectionTrack,
        _ direction: Direction,
        at flow: ResumedFlow
    ) {
        if direction == .clientToServer {
            track.toServer.resume(at: flow)
            protocolChecker.takeHole(state: &track.toServer.protocolState)
        } else {
            track.toClient.resume(at: flow)
            protocolChecker.takeHole(state: &track.toClient.protocolState)
        }
        if flow.isClosed { track.noteClose(direction, start: flow.offset) }
    }

    private mutating func observe(_ record: FrameRecord, at time: Instant, bytes: RawSpan) {
        let track = track(record.connection)
        // The capture begins in the middle of the connection.
        if !track.isAccepted, !track.isRefused { acceptUnseen(track, at: time) }
        let agreement = track.agreement
        let closeStart =
            if record.direction == .clientToServer {
                take(record, at: time, bytes: bytes, agreement: agreement, flow: &track.toServer)
            } else {
                take(record, at: time, bytes: bytes, agreement: agreement, flow: &track.toClient)
            }
        if let closeStart { track.noteClose(record.direction, start: closeStart) }
    }

    /// Takes a frame record into its flow.
    ///
    /// - Returns: Where a close frame begins, when the record ends one.
    private mutating func take(
        _ record: FrameRecord,
        at time: Instant,
        bytes: RawSpan,
        agreement: ExtensionAgreement,
        flow: inout ConnectionTrack.Flow
    ) -> ByteOffset? {
        let step = flow.assembler.take(record, at: time, bytes: bytes)
        flow.lastEnd =
            record.offset &+ UInt64(record.header.count) &+ UInt64(record.payload.count)
        if let hole = step.hole {
            captureChecker.take(hole)
            protocolChecker.takeHole(state: &flow.protocolState)
        }
        if let frame = step.frame {
            figures.frameCount += 1
            protocolChecker.take(frame, agreement: agreement, state: &flow.protocolState)
        }
        guard let message = step.message else { return nil }
        flow.assembler.withPayload(of: message) { take(message, payload: $0) }
        return message.opcode == .close ? message.start : nil
    }

    private mutating func observe(_ record: BytesRecord, at time: Instant) {
        guard record.kind == .opaque, let track = tracks[record.connection], track.isAccepted
        else { return }
        protocolChecker.takeOpaque(record, at: time)
    }

    private mutating func observe(_ record: OutcomeRecord) {
        let track = track(record.connection)
        if record.kind == .undeliverable, faultNames.contains(record.cause) {
            let place = LossChecker.Withheld(
                connection: record.connection,
                direction: record.direction
            )
            withheld[place] = record.cause
        }
        switch (record.kind, record.direction) {
        case (.injected, .clientToServer): track.toServer.injectedByteCount += record.byteCount
        case (.injected, .serverToClient): track.toClient.injectedByteCount += record.byteCount
        case (.undeliverable, .clientToServer):
            track.toServer.undeliverableByteCount += record.byteCount
        case (.undeliverable, .serverToClient):
            track.toClient.undeliverableByteCount += record.byteCount
        }
    }

    private mutating func observe(_ record: RewriteRecord) {
        track(record.connection).noteRewrite(record)
        let history = record.direction == .clientToServer ? toServer : toClient
        if let deed = FaultDeed(record) {
            history.withhold(record.connection, record.range, deed)
        } else if record.kind == .late {
            history.readmit(record.connection, from: record.origin, at: record.offset, record.cause)
        }
    }

    private mutating func observe(_ record: ClosedRecord, at time: Instant) {
        let track = track(record.connection)
        ends[record.connection] = (record, time)
        end(track, closed: record)
        sessions.end(record.connection, at: time)
        tracks[record.connection] = nil
        current = nil
    }

    // MARK: - Messages

    private mutating func take(_ message: ObservedMessage, payload: RawSpan) {
        integrityChecker.take(message)
        guard message.isData else {
            if message.opcode == .close {
                protocolChecker.takeClose(message, payload: payload)
            }
            return
        }
        figures.messageCount += 1
        let history = message.direction == .clientToServer ? toServer : toClient
        guard message.content == .whole else {
            history.countUnreadable()
            return
        }
        if !openCuts.isEmpty { recogniseCut(message, payload: payload) }
        let place = MessagePlace(
            connection: message.connection,
            direction: message.direction,
            frame: message.lastFrame,
            time: message.ended,
            end: message.end
        )
        let digest = PayloadDigest.of(payload)
        guard message.opcode == .text else {
            history.take(place, digest: digest)
            return
        }
        let form = extractor.read(payload)
        integrityChecker.take(message, form: form)
        guard form == .object else {
            history.take(place, digest: digest)
            return
        }
        if extractor.isText(.type, "ack"), let limit = extractor.number(.lastSequence) {
            acknowledge(message, through: limit, countedBy: history)
            return
        }
        history.take(place, digest: digest, fields: extractor, isFirst: message.number == 1)
    }

    private mutating func acknowledge(
        _ message: ObservedMessage,
        through limit: UInt64,
        countedBy history: DeliveryHistory
    ) {
        history.countAcknowledgement()
        var stream: [UInt8] = []
        let hasStream = extractor.append(.stream, to: &stream)
        let acknowledged = message.direction == .clientToServer ? toClient : toServer
        acknowledged.acknowledge(
            message.connection,
            stream: hasStream ? stream : nil,
            through: limit
        )
    }

    // MARK: - Ends

    private mutating func end(_ track: ConnectionTrack, closed: ClosedRecord?) {
        if !track.isAccepted {
            if track.isRefused || closed != nil { figures.refusedCount += 1 }
            return
        }
        endFlow(&track.toServer)
        endFlow(&track.toClient)
        toServer.end(track.connection, track.end(of: .clientToServer, closed: closed))
        toClient.end(track.connection, track.end(of: .serverToClient, closed: closed))
    }

    private mutating func endFlow(_ flow: inout ConnectionTrack.Flow) {
        let step = flow.assembler.finish()
        guard let message = step.message else { return }
        integrityChecker.take(message)
        cutCount += 1
        flow.assembler.withPayload(of: message) { payload in
            addCut(message, payload: payload)
        }
    }

    private mutating func addCut(_ message: ObservedMessage, payload: RawSpan) {
        guard openCuts.count < Self.openCutsMax else { return }
        var prefix: [UInt8] = []
        for index in 0..<min(payload.byteCount, CutMessage.prefixBytesMax) {
            prefix.append(payload.byte(at: index))
        }
        openCuts.append(
            CutMessage(
                place: MessagePlace(
                    connection: message.connection,
                    direction: message.direction,
                    frame: message.lastFrame,
                    time: message.ended,
                    end: message.end
                ),
                prefix: prefix,
                announcedByteCount: message.announcedByteCount
            )
        )
    }

    /// A message that begins like one that was cut is that one, sent again.
    private mutating func recogniseCut(_ message: ObservedMessage, payload: RawSpan) {
        let index = openCuts.firstIndex {
            $0.place.direction == message.direction && $0.place.connection != message.connection
                && $0.isBeginning(of: payload)
        }
        guard let index else { return }
        openCuts.remove(at: index)
        resentCutCount += 1
    }

    private mutating func endCapture() {
        guard !hasEnded else { return }
        hasEnded = true
        for track in tracks.values.sorted(by: { $0.connection < $1.connection }) {
            end(track, closed: nil)
        }
        tracks = [:]
        current = nil
        for history in histories { history.endCapture() }
    }

    /// Cut messages that never came again: told by what there is of them, or not at all.
    private mutating func settleCuts() -> [CutMessage] {
        var lost: [CutMessage] = []
        for cut in openCuts where !isIdentified(cut) {
            let history = cut.place.direction == .clientToServer ? toServer : toClient
            // Where nothing is judged for loss, a cut acknowledgement or greeting is none either.
            guard history.messageCount > 0 else { continue }
            lost.append(cut)
        }
        return lost
    }

    private mutating func isIdentified(_ cut: CutMessage) -> Bool {
        guard let object = CutMessage.closedObject(cut.prefix) else { return false }
        // Safety: bytes have no padding, so all of the span's memory is initialised.
        guard unsafe extractor.read(object.span.bytes) == .object else { return false }
        if extractor.isText(.type, "ack") { return true }
        let history = cut.place.direction == .clientToServer ? toServer : toClient
        return history.takeCut(cut.place, fields: extractor)
    }

    // MARK: - Notes

    /// What stands in the receiver's log and was never sent.
    private func unexpected(_ coverage: Coverage) -> [Finding] {
        // What the capture does not cover may well have been sent.
        guard let received, coverage.isComplete else { return [] }
        return received.unmatched.map { line, label in
            Finding(
                .unexpected,
                direction: received.direction(of: histories),
                explanation: "Line \(line) of the receiver's log, \(label), was never sent through "
                    + "the proxy."
            )
        }
    }

    private func notes(lostCuts: [CutMessage]) -> [String] {
        var notes = recordedNotes
        if figures.refusedCount > 0 {
            notes.append(
                Wording.count(figures.refusedCount, "connection")
                    + " never came to an accepted upgrade."
            )
        }
        if resumedCount > 0 {
            notes.append(
                Wording.count(resumedCount, "connection")
                    + " began before the first record here: what passed before is not judged."
            )
        }
        for history in histories { addNotes(of: history, to: &notes) }
        if resentCutCount > 0 {
            notes.append(Wording.count(resentCutCount, "cut message") + " came again, whole.")
        }
        let quiet = cutCount - min(cutCount, resentCutCount + UInt64(lostCuts.count))
        if quiet > 0 {
            notes.append(
                Wording.count(quiet, "message") + " cut by the end of a connection or of the "
                    + "capture: told by the beginning, or in a direction that is not judged for loss."
            )
        }
        if integrityChecker.redactedCount > 0 {
            notes.append(
                Wording.count(integrityChecker.redactedCount, "message")
                    + " redacted when recorded: what was blanked cannot be compared byte for byte."
            )
        }
        addNotes(of: received, name: "receiver's log", to: &notes)
        addNotes(of: journal, name: "producer's journal", to: &notes)
        if !captureChecker.unknownSchemas.isEmpty {
            notes.append(
                "Records of unknown kinds were skipped: "
                    + captureChecker.unknownSchemas.sorted().joined(separator: ", ") + "."
            )
        }
        return notes
    }

    private func addNotes(of history: DeliveryHistory, to notes: inout [String]) {
        for restart in history.restarts.prefix(10) {
            notes.append(
                "\(restart.stream) begins again at \(restart.sequence), \(restart.place): judged "
                    + "as a new sequence."
            )
        }
        if history.restartCount > 10 {
            notes.append("\(history.restartCount - 10) more sequences begin again.")
        }
        let late = history.streams.filter { ($0.epochs.first?.first ?? 0) > 1 && $0.isNumbered }
        for stream in late.prefix(10) {
            notes.append(
                "\(stream.name) begins at \(stream.epochs[0].first): what came before is outside "
                    + "this capture."
            )
        }
        if late.count > 10 {
            notes.append("\(late.count - 10) more streams begin above 1.")
        }
        if history.greetingCount > 0 {
            notes.append(
                Wording.count(history.greetingCount, "greeting")
                    + " \(history.direction): unnumbered messages that open their connection are "
                    + "not judged for loss."
            )
        }
        if history.uncheckedResentCount > 0 {
            notes.append(
                Wording.count(history.uncheckedResentCount, "message")
                    + " came again too late to be compared with the first instance."
            )
        }
    }

    private func addNotes(of list: ListedMessages?, name: String, to notes: inout [String]) {
        guard let list else { return }
        notes.append("The \(name) has \(Wording.count(list.lineCount, "line")).")
        if list.unreadableCount > 0 {
            notes.append(
                Wording.count(list.unreadableCount, "line")
                    + " of the \(name) \(list.unreadableCount == 1 ? "is" : "are") no JSON object."
            )
        }
        if list.repeatedCount > 0 {
            notes.append(
                Wording.count(list.repeatedCount, "line") + " of the \(name) stand"
                    + "\(list.repeatedCount == 1 ? "s" : "") there a second time."
            )
        }
    }
}
