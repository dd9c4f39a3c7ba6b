public import CaptureFormat
public import Reassembly
public import Vocabulary

/// Turns TCP streams into the records that a proxy at their place would have written.
///
/// - **In:** the events of a `StreamTable`.
/// - **Out:** records, staged in a `CaptureEncoder`: `Opened` for each WebSocket connection, heads, frames,
///   `Handshake`, `Progress` with every acknowledgement, `Gap` with the size of what is missing, `Closed`;
///   at the end a `Notice` for each thing worth saying.
/// - **Never:** takes a stream for WebSocket without an upgrade or frames that cannot be chance.
/// - **Limits:** what all streams hold before it is known what they are, see `SearchBudget`.
public struct Dissection {
    private var state: DissectionState
    private var readers: [UInt64: StreamReader] = [:]
    private var last: StreamReader?

    /// Creates a dissection that has seen nothing.
    public init(options: DissectionOptions = DissectionOptions()) {
        state = DissectionState(options: options)
    }

    /// What was found so far.
    public var notes: DissectionNotes { state.notes }

    /// Takes what happens on a stream.
    ///
    /// - Parameters:
    ///   - facts: The stream.
    ///   - event: What happens.
    ///   - time: When.
    ///   - bytes: The bytes of ``Reassembly/StreamEvent/bytes(_:offset:)``.
    ///   - capture: Where records are staged.
    /// - Returns: Whether the stream is still of interest.
    public mutating func take(
        _ facts: StreamFacts,
        _ event: StreamEvent,
        at time: Instant,
        bytes: RawSpan,
        capture: inout CaptureEncoder
    ) -> Bool {
        if case .began = event {
            let server = state.options.assumedServer(of: facts)
            let reader = StreamReader(facts, assumedServer: server)
            readers[facts.number] = reader
            last = reader
            return true
        }
        guard let reader = reader(of: facts) else { return false }
        let isWanted = take(event, reader, at: time, bytes: bytes, capture: &capture)
        guard isWanted else {
            forget(reader)
            return false
        }
        return true
    }

    /// Says at the end what is worth saying of all the packets.
    public func finish(
        packets: PacketDecoder.Tally,
        streams: StreamTable.Tally,
        at time: Instant,
        capture: inout CaptureEncoder
    ) {
        for text in state.notes.sentences(packets: packets, streams: streams) {
            let notice = NoticeRecord(topic: NoticeRecord.importTopic, text: text)
            capture.append(.notice(notice), arrival: time)
        }
    }

    private mutating func take(
        _ event: StreamEvent,
        _ reader: StreamReader,
        at time: Instant,
        bytes: RawSpan,
        capture: inout CaptureEncoder
    ) -> Bool {
        switch event {
        case .began: return true
        case .bytes(let side, let offset):
            return reader.take(
                bytes,
                StreamPlace(side: side, offset: offset, time: time),
                in: &state,
                capture: &capture
            )
        case .gap(let side, let offset, let byteCount, let reason):
            return reader.skip(
                byteCount,
                reason,
                StreamPlace(side: side, offset: offset, time: time),
                in: &state,
                capture: &capture
            )
        case .acknowledged(let sender, let through):
            reader.acknowledge(sender, through: through, at: time, capture: &capture)
        case .conflict(let side, let offset, let byteCount):
            if let writer = reader.writer {
                state.notes.noteConflict(
                    writer.connection,
                    reader.facts[side],
                    offset: offset,
                    byteCount: byteCount
                )
            }
        case .closed(let side): reader.note(side, .fin)
        case .reset(let side): reader.note(side, .reset)
        case .ended(let end):
            reader.end(end, at: time, in: &state, capture: &capture)
            forget(reader)
        }
        return true
    }

    private mutating func reader(of facts: StreamFacts) -> StreamReader? {
        if let last, last.facts.number == facts.number { return last }
        last = readers[facts.number]
        return last
    }

    private mutating func forget(_ reader: StreamReader) {
        reader.release(in: state)
        readers[reader.facts.number] = nil
        if last === reader { last = nil }
    }
}

/// What the readers of all streams share.
struct DissectionState {
    let options: DissectionOptions
    let budget = SearchBudget()
    var notes = DissectionNotes()
    private var connectionCount: UInt64 = 0
    /// Connections whose upgrade is unanswered, by key: a proxy may be passing it on.
    private var unanswered: [String: [(writer: ConnectionWriter, reader: StreamReader)]] = [:]

    /// So many unanswered upgrades with one key are remembered; who has more does not choose keys as RFC
    /// 6455 §4.1 wants it.
    private static let unansweredCountMax = 8

    init(options: DissectionOptions) {
        self.options = options
    }

    mutating func makeWriter(
        _ facts: StreamFacts,
        client: Side,
        key: String?
    ) -> ConnectionWriter {
        connectionCount += 1
        notes.connectionCount += 1
        return ConnectionWriter(
            ConnectionID(rawValue: connectionCount),
            facts,
            client: client,
            key: key,
            options: options,
            budget: budget
        )
    }

    /// Remembers a connection whose upgrade may come by again.
    mutating func expectPartner(of writer: ConnectionWriter, _ reader: StreamReader) {
        guard let key = writer.key, unanswered[key]?.count ?? 0 < Self.unansweredCountMax else {
            return
        }
        unanswered[key, default: []].append((writer, reader))
    }

    /// The connection that an upgrade request with this key continues behind a proxy.
    ///
    /// A proxy passes the key on and dials another server than itself; its server has not answered yet. The
    /// same connection before and behind an address translation begins with the same number.
    mutating func partner(
        of key: String?,
        _ facts: StreamFacts,
        server: SocketAddress
    ) -> (ConnectionWriter, StreamReader)? {
        guard let key, let candidates = unanswered[key] else { return nil }
        let index = candidates.firstIndex { candidate in
            candidate.reader.server != server
                || candidate.reader.facts.firstSequence == facts.firstSequence
        }
        guard let index else { return nil }
        let found = candidates[index]
        forget(found.writer)
        notes.proxiedCount += 1
        return (found.writer, found.reader)
    }

    /// The server has answered: nothing can come between any more.
    mutating func answer(_ writer: ConnectionWriter) { forget(writer) }

    mutating func forget(_ writer: ConnectionWriter) {
        guard let key = writer.key, let known = unanswered[key] else { return }
        let rest = known.filter { $0.writer !== writer }
        unanswered[key] = rest.isEmpty ? nil : rest
    }
}
