import Vocabulary
import WebSocketWire

/// A list of messages that was kept outside the proxy, one a line: what the receiver accepted
/// (`--received`) or what the producer published (`--journal`).
///
/// A line belongs to the message with its stream and number; to one without a number by its bytes. A
/// line's epoch is told by its bytes, or else by the order of the lines.
struct ListedMessages {
    /// What the list is.
    enum Kind: String {
        /// The receiver's log.
        case received
        /// The producer's journal.
        case journal
    }

    /// How many lines without a counterpart are listed; all are counted.
    static let listedMax = 1000

    let kind: Kind
    private(set) var lineCount: UInt64 = 0
    /// Lines that are no JSON object, as a half-written last line is.
    private(set) var unreadableCount: UInt64 = 0
    /// Lines whose message the proxy never saw.
    private(set) var unmatched: [(line: UInt64, label: String)] = []
    private(set) var unmatchedCount: UInt64 = 0
    /// Numbers of streams that the proxy never saw.
    private(set) var unseenStreams: [String: SequenceSet] = [:]
    /// Lines that stand in the list a second time.
    private(set) var repeatedCount: UInt64 = 0
    /// The payloads of lines without a number.
    private(set) var digests: [UInt64: UInt64] = [:]

    private var matched: [Direction: UInt64] = [:]
    private var epochs: [String: Int] = [:]
    private var name: [UInt8] = []

    init(_ kind: Kind) {
        self.kind = kind
    }

    /// The direction that the list is about: the one in which most of its lines are known.
    func direction(of histories: [DeliveryHistory]) -> Direction {
        let toServer = matched[.clientToServer] ?? 0
        let toClient = matched[.serverToClient] ?? 0
        if toServer != toClient { return toServer > toClient ? .clientToServer : .serverToClient }
        let isToServerSilent = histories.allSatisfy {
            $0.direction != .clientToServer || $0.messageCount == 0
        }
        return isToServerSilent ? .serverToClient : .clientToServer
    }

    /// Takes the next line, without its line break.
    mutating func take(
        _ line: RawSpan,
        extractor: inout FieldExtractor,
        histories: [DeliveryHistory]
    ) {
        guard line.byteCount > 0 else { return }
        lineCount += 1
        let digest = PayloadDigest.of(line)
        let form = extractor.read(line)
        if form != .object { unreadableCount += 1 }
        for history in histories {
            guard form == .object, let sequence = history.fields.sequence,
                let number = extractor.number(sequence)
            else {
                guard history.digestCounts[digest] != nil else { continue }
                digests[digest, default: 0] += 1
                matched[history.direction, default: 0] += 1
                return
            }
            history.fields.streamName(of: extractor, into: &name)
            let streams = history.streams(called: name)
            guard !streams.isEmpty else { continue }
            if match(number, digest: digest, streams: streams) {
                matched[history.direction, default: 0] += 1
                return
            }
        }
        miss(digest: digest, form: form, histories: histories, extractor: extractor)
    }

    // MARK: - Lines with a number

    /// A place where the number can belong: a stream of some session and one of its epochs.
    private struct Place {
        var stream: StreamHistory
        var epoch: Int
    }

    private mutating func match(_ number: UInt64, digest: UInt64, streams: [StreamHistory]) -> Bool
    {
        let places = streams.flatMap { stream in
            stream.epochs.indices.map { Place(stream: stream, epoch: $0) }
        }
        let key = String(decoding: name, as: UTF8.self)
        let candidates = places.indices.filter { isSeen(number, at: places[$0]) }
        guard !candidates.isEmpty else {
            guard kind == .journal, let last = places.indices.last else { return false }
            put(number, at: places[min(epochs[key] ?? 0, last)])
            return true
        }
        let free = candidates.filter { !isListed(number, at: places[$0]) }
        guard !free.isEmpty else {
            repeatedCount += 1
            return true
        }
        let current = epochs[key] ?? 0
        let chosen =
            free.first { places[$0].stream.epochs[places[$0].epoch].digests[number] == digest }
            ?? free.first { $0 >= current } ?? free[0]
        epochs[key] = chosen
        put(number, at: places[chosen])
        return true
    }

    private func isSeen(_ number: UInt64, at place: Place) -> Bool {
        place.stream.epochs[place.epoch].seen.contains(number)
    }

    private func isListed(_ number: UInt64, at place: Place) -> Bool {
        let epoch = place.stream.epochs[place.epoch]
        return (kind == .received ? epoch.logged : epoch.journaled).contains(number)
    }

    private func put(_ number: UInt64, at place: Place) {
        switch kind {
        case .received:
            place.stream.epochs[place.epoch].log(number)
        case .journal:
            place.stream.epochs[place.epoch].journaled.insert(number)
        }
    }

    // MARK: - Lines without a counterpart

    private mutating func miss(
        digest: UInt64,
        form: FieldExtractor.Form,
        histories: [DeliveryHistory],
        extractor: borrowing FieldExtractor
    ) {
        // Half a line is what a killed program leaves behind: counted, and no message.
        let isJSONExpected = histories.contains { $0.fields.sequence != nil }
        guard form == .object || !isJSONExpected else { return }
        var label = "a message without a number"
        let known = histories.first { history in
            history.fields.sequence.map { extractor.number($0) != nil } ?? false
        }
        let isSilent = histories.allSatisfy { $0.messageCount == 0 }
        let fields = known?.fields ?? (isSilent ? .usual(in: extractor) : .none)
        if form == .object, let number = fields.sequence.flatMap({ extractor.number($0) }) {
            fields.streamName(of: extractor, into: &name)
            let stream = String(decoding: name, as: UTF8.self)
            label = "\(stream) \(number)"
            if kind == .journal {
                unseenStreams[stream, default: SequenceSet()].insert(number)
                return
            }
        }
        unmatchedCount += 1
        if unmatched.count < Self.listedMax { unmatched.append((lineCount, label)) }
    }
}
