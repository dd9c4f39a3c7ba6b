internal import Queries
internal import Vocabulary
internal import WebSocketWire

internal import struct NIOCore.ByteBuffer

/// The faults on messages of one direction of one connection, one behind the other, before those on bytes.
///
/// ```
///   received ──▶ MessageReader ──▶ stage 1 ──▶ … ──▶ goOn ──▶ chunks, and what was rewritten
/// ```
///
/// What cannot be touched any more passes all the same, in its place. Where the receiver's decompression
/// has missed a message, all that follow go on without compression (RFC 7692 §6 allows it at any time).
final class MessageLayer {
    /// What comes out, in order.
    enum Output {
        case chunk(Chunk)
        case rewrite(Rewrite)
        /// Nothing follows.
        case end(Ending)
        /// Nothing goes on any more, and nobody is told.
        case blackHole(cause: String, toxic: UInt64)
        /// A message went on although a fault may have been meant for it.
        case unmatched(at: ByteOffset, reason: String)
    }

    private struct Link {
        var toxic: Toxic
        var fault: MessageFault
        var stage: any MessageStage
        /// For what it does by the clock.
        var chance: SeededGenerator
    }

    private let direction: Direction
    private let connection: ConnectionID
    private let path: String
    private let seed: UInt64
    private let compression: Inflating?
    private var reader: MessageReader
    private let payload = JSONPayload()
    private var links: [Link] = []

    /// The received bytes before this one have gone on, or will not.
    private var offset: ByteOffset
    private var isBetweenMessages: Bool
    /// Messages of our own that wait for the end of one that is passing.
    private var waiting: [Message] = []
    /// The fault because of which the receiver's decompression is behind.
    private var recodeCause: String?
    /// The fault that has ended this direction.
    private(set) var cutCause: String?

    /// Begins to work.
    init(
        _ start: consuming FrameStart,
        _ direction: Direction,
        on connection: ConnectionID,
        plan: FaultPlan
    ) {
        self.direction = direction
        self.connection = connection
        seed = plan.seed
        path = start.path
        offset = start.offset
        compression = start.compression(direction).map {
            Inflating(
                windowBits: $0.windowBits,
                hasTakeover: $0.hasTakeover,
                isFollowed: plan.touchesCompressed && (start.isAtBeginning || !$0.hasTakeover),
                messageByteCountMax: plan.heldByteCountMax
            )
        }
        reader = MessageReader(
            start,
            compression: compression,
            messageByteCountMax: plan.heldByteCountMax
        )
        isBetweenMessages = reader.isBetweenMessages
    }

    // MARK: State

    /// When ``wake(at:sink:)`` is to be called.
    var wakeTime: Instant? { links.compactMap(\.stage.wakeTime).min() }

    /// Bytes that came and have not gone on.
    var heldByteCount: Int {
        links.reduce(reader.heldByteCount) { $0 + $1.stage.heldByteCount }
    }

    /// The first fault that holds bytes.
    var holder: String? {
        holdingLink ?? (reader.heldByteCount > 0 ? links.first?.toxic.name : nil)
    }

    private var holdingLink: String? {
        links.first { $0.stage.heldByteCount > 0 }?.toxic.name
    }

    /// Whether it is needed no more: nothing is to be done, and no compression is to be followed.
    var isIdle: Bool {
        links.isEmpty && cutCause == nil && recodeCause == nil && waiting.isEmpty
            && reader.heldByteCount == 0 && compression?.hasTakeover != true
    }

    // MARK: Inputs

    /// Takes received bytes.
    func take(_ bytes: ByteBuffer, at now: Instant, sink: (Output) -> Void) {
        reader.read(
            bytes,
            at: now,
            handling: { self.handling($0, isCompressed: $1, at: now) },
            sink: { self.take($0, at: now, sink: sink) }
        )
    }

    /// Takes the end of the stream.
    func end(at now: Instant, sink: (Output) -> Void) {
        reader.release(at: now) { self.take($0, at: now, sink: sink) }
        propagate([.end(.finished)], into: 0, at: now, sink: sink)
    }

    /// Does what is due.
    func wake(at now: Instant, sink: (Output) -> Void) {
        for index in links.indices where index < links.count && cutCause == nil {
            guard let due = links[index].stage.wakeTime, due <= now else { continue }
            var output = MessageOutput()
            var turn = Turn(
                now: now,
                fault: links[index].toxic.name,
                direction: direction,
                toxicity: links[index].toxic.toxicity,
                chance: links[index].chance
            )
            links[index].stage.wake(&turn, output: &output)
            links[index].chance = turn.chance
            settle(output, of: index, at: now, sink: sink)
        }
    }

    /// Takes new faults: what is gone lets its messages go, what is new comes last.
    func apply(_ toxics: [Toxic], at now: Instant, sink: (Output) -> Void) {
        let wanted = toxics.compactMap { toxic -> (Toxic, MessageFault)? in
            guard case .messages(let fault) = toxic.fault,
                fault.selection.admits(connection, path: path)
            else { return nil }
            return (toxic, fault)
        }
        let ids = Set(wanted.map(\.0.id))
        while let index = links.firstIndex(where: { !ids.contains($0.toxic.id) }), cutCause == nil {
            release(index, at: now, sink: sink)
            if index < links.count { links.remove(at: index) }
        }
        guard cutCause == nil else { return }
        for (toxic, fault) in wanted {
            guard let index = links.firstIndex(where: { $0.toxic.id == toxic.id }) else {
                links.append(link(toxic, fault, at: now))
                if compression?.isReadable == false {
                    sink(
                        .unmatched(
                            at: offset,
                            reason: "'\(toxic.name)' cannot touch compressed messages here"
                        )
                    )
                }
                continue
            }
            let isSame = links[index].fault == fault
            links[index].toxic = toxic
            // The same again has a budget of its own, which all connections share.
            if isSame { links[index].fault = fault }
            guard !isSame else { continue }
            release(index, at: now, sink: sink)
            guard cutCause == nil else { return }
            links[index] = link(toxic, fault, at: now)
        }
    }

    /// Lets everything go that is held.
    func release(at now: Instant, sink: (Output) -> Void) {
        reader.release(at: now) { self.take($0, at: now, sink: sink) }
        for index in links.indices where cutCause == nil { release(index, at: now, sink: sink) }
        if cutCause == nil { links = [] }
    }

    // MARK: Matching

    private func link(_ toxic: Toxic, _ fault: MessageFault, at now: Instant) -> Link {
        Link(
            toxic: toxic,
            fault: fault,
            stage: fault.kind.stage(fault, name: toxic.name, at: now),
            chance: toxic.chance(on: connection, seed: seed)
        )
    }

    /// What is to be done with a message that begins.
    private func handling(
        _ opcode: Opcode,
        isCompressed: Bool,
        at now: Instant
    ) -> MessageReader.Handling {
        guard cutCause == nil else { return .streamed }
        if isCompressed, recodeCause != nil { return .heldAlways }
        if isCompressed, compression?.isReadable != true { return .streamed }
        let isWanted = links.contains {
            $0.fault.mayTouch(opcode, at: now)
                || opcode != .continuation && $0.stage.needs(opcode)
        }
        return isWanted ? .held : .streamed
    }

    private func isMeant(_ message: Message, of link: Link, at now: Instant) -> Bool {
        guard !message.isSettled, message.isTouchable,
            link.fault.mayTouch(message.opcode, at: now),
            link.fault.selection.admits(message, reading: payload)
        else { return false }
        var chance = chance(of: link, message)
        let draw = Double(chance.next() >> 11) * 0x1p-53
        return link.fault.budget.take(
            link.fault.selection.limits,
            at: now,
            isDrawn: draw < Double(link.toxic.toxicity)
        )
    }

    /// The dice of one message follow from the seed, the fault's name and the message's place alone, so that
    /// the same plan touches the same messages, whatever else it does.
    private func chance(of link: Link, _ message: Message) -> SeededGenerator {
        var mixer = link.toxic.chance(on: connection, seed: seed)
        let half: UInt64 = direction == .clientToServer ? 0 : 1 << 63
        return SeededGenerator(seed: mixer.next() ^ message.number ^ half)
    }

    // MARK: The chain

    private func take(_ output: MessageReader.Output, at now: Instant, sink: (Output) -> Void) {
        guard cutCause == nil else { return }
        switch output {
        case .piece(let piece):
            if case .message(let message) = piece, message.isCompressed, message.inflated == nil,
                recodeCause == nil
            {
                sink(
                    .unmatched(
                        at: message.range.lowerBound,
                        reason: "it could not be inflated within the fault buffer"
                    )
                )
            }
            propagate([marked(piece, at: now)], into: 0, at: now, sink: sink)
        case .tooLarge(let offset, isFatal: false):
            sink(.unmatched(at: offset, reason: "larger than the fault buffer"))
        case .tooLarge(_, isFatal: true):
            let cause = recodeCause ?? ""
            cutCause = cause
            sink(.end(.cut(.close, cause: cause)))
        }
    }

    /// A message that came in several reads was held until it was whole.
    private func marked(_ piece: Piece, at now: Instant) -> Piece {
        guard case .message(let message) = piece, message.arrival < now else { return piece }
        let name = links.first { $0.fault.mayTouch(message.opcode, at: now) }?.toxic.name
        return piece.held(by: name ?? links.first?.toxic.name ?? recodeCause ?? "")
    }

    private func propagate(
        _ pieces: [Piece],
        into index: Int,
        at now: Instant,
        sink: (Output) -> Void
    ) {
        for piece in pieces {
            guard cutCause == nil else { return }
            guard index < links.count else {
                goOn(piece, at: now, sink: sink)
                continue
            }
            var output = MessageOutput()
            if case .message(let message) = piece, isMeant(message, of: links[index], at: now) {
                var turn = Turn(
                    now: now,
                    fault: links[index].toxic.name,
                    direction: direction,
                    toxicity: links[index].toxic.toxicity,
                    chance: chance(of: links[index], message)
                )
                // The first number was the draw for toxicity.
                _ = turn.chance.next()
                links[index].stage.touch(message, &turn, output: &output)
            } else {
                links[index].stage.pass(piece, at: now, output: &output)
            }
            settle(output, of: index, at: now, sink: sink)
        }
    }

    private func settle(
        _ output: MessageOutput,
        of index: Int,
        at now: Instant,
        sink: (Output) -> Void
    ) {
        let name = links[index].toxic.name
        propagate(output.pieces, into: index + 1, at: now, sink: sink)
        guard output.isBlackHole, cutCause == nil else { return }
        cutCause = name
        sink(.blackHole(cause: name, toxic: links[index].toxic.id))
    }

    private func release(_ index: Int, at now: Instant, sink: (Output) -> Void) {
        var output = MessageOutput()
        links[index].stage.release(at: now, output: &output)
        settle(output, of: index, at: now, sink: sink)
    }

    // MARK: Going on

    private func goOn(_ piece: Piece, at now: Instant, sink: (Output) -> Void) {
        switch piece {
        case .run(let run):
            go(run, at: now, sink: sink)
        case .message(let message):
            go(message, at: now, sink: sink)
        case .end(let ending):
            if case .cut(_, let cause) = ending { cutCause = cause }
            sink(.end(ending))
        }
        guard isBetweenMessages, !waiting.isEmpty else { return }
        let messages = waiting
        waiting = []
        for message in messages { go(message, at: now, sink: sink) }
    }

    private func go(_ run: Run, at now: Instant, sink: (Output) -> Void) {
        guard run.range.lowerBound >= offset else {
            // Something went before it that came behind it.
            rewrite(
                .late,
                offset..<offset,
                run.bytes,
                origin: run.range.lowerBound,
                cause: run.heldBy,
                sink: sink
            )
            chunk(run.bytes, arrival: run.arrival, heldBy: run.heldBy, at: now, sink: sink)
            return
        }
        leap(to: run.range.lowerBound, sink: sink)
        offset = run.range.upperBound
        isBetweenMessages = run.endsBetweenMessages
        chunk(run.bytes, arrival: run.arrival, heldBy: run.heldBy, at: now, sink: sink)
    }

    private func go(_ message: Message, at now: Instant, sink: (Output) -> Void) {
        switch message.fate {
        case .made(let kind, let origin, let cause):
            guard isBetweenMessages else { return waiting.append(message) }
            rewrite(
                kind,
                offset..<offset,
                message.bytes,
                origin: origin,
                cause: cause,
                sink: sink
            )
            chunk(message.bytes, arrival: now, heldBy: "", at: now, sink: sink)
        case .dropped(let cause):
            if message.isCompressed { recode(because: cause) }
            guard message.range.lowerBound >= offset else { return }
            leap(to: message.range.lowerBound, sink: sink)
            let control = message.controlBytes
            rewrite(.dropped, message.range, control, cause: cause, sink: sink)
            offset = message.range.upperBound
            isBetweenMessages = true
            chunk(
                control,
                arrival: message.arrival,
                heldBy: message.heldBy,
                at: now,
                sink: sink
            )
        case .goesOn:
            if message.altered != nil, message.isCompressed {
                recode(because: message.altered?.cause ?? "")
            }
            if message.isCompressed, message.inflated == nil, let cause = recodeCause {
                // Its receiver cannot read it as it came, and nobody else can either.
                cutCause = cause
                return sink(.end(.cut(.close, cause: cause)))
            }
            let isLate = message.range.lowerBound < offset
            if isLate, !isBetweenMessages { return waiting.append(message) }
            if !isLate { leap(to: message.range.lowerBound, sink: sink) }
            let form = form(of: message)
            if isLate {
                // What is late and altered as well has never gone on as it was.
                rewrite(
                    message.altered == nil ? .late : .altered,
                    offset..<offset,
                    form.bytes,
                    origin: message.range.lowerBound,
                    cause: message.altered?.cause ?? message.heldBy,
                    sink: sink
                )
            } else {
                if let (kind, cause) = form.change {
                    rewrite(kind, message.range, form.bytes, cause: cause, sink: sink)
                }
                offset = message.range.upperBound
                isBetweenMessages = true
            }
            chunk(
                form.bytes,
                arrival: message.arrival,
                heldBy: message.heldBy,
                at: now,
                sink: sink
            )
        }
    }

    /// The bytes as which a message goes on, and why they are not those that came.
    private func form(
        of message: Message
    ) -> (bytes: ByteBuffer, change: (Rewrite.Kind, String)?) {
        let isPlain = message.isCompressed && (recodeCause != nil || message.altered != nil)
        let change: (Rewrite.Kind, String)
        if let altered = message.altered {
            change = (.altered, altered.cause)
        } else if let fragments = message.fragments {
            change = (.recoded, fragments.cause)
        } else if isPlain, let recodeCause, message.inflated != nil {
            change = (.recoded, recodeCause)
        } else {
            return (message.bytes, nil)
        }
        var bytes = message.controlBytes
        FrameWriter.write(
            message.opcode,
            message.altered?.payload
                ?? (isPlain ? message.inflated ?? [] : message.rawPayload),
            isCompressed: message.isCompressed && !isPlain,
            maskKey: message.maskKey,
            fragmentByteCountMax: message.fragments?.size,
            into: &bytes
        )
        return (bytes, change)
    }

    /// Received bytes before a place do not go on here: what came behind them goes first.
    private func leap(to place: ByteOffset, sink: (Output) -> Void) {
        guard place > offset else { return }
        let cause = holdingLink ?? ""
        // The receiver's decompression meets messages in another order.
        recode(because: cause)
        rewrite(.deferred, offset..<place, ByteBuffer(), cause: cause, sink: sink)
        offset = place
    }

    /// From here on messages that refer to earlier ones go on without compression.
    private func recode(because cause: String) {
        guard compression?.hasTakeover == true, recodeCause == nil else { return }
        recodeCause = cause
    }

    private func rewrite(
        _ kind: Rewrite.Kind,
        _ range: Range<ByteOffset>,
        _ sent: ByteBuffer,
        origin: ByteOffset = 0,
        cause: String,
        sink: (Output) -> Void
    ) {
        sink(
            .rewrite(
                Rewrite(kind: kind, range: range, sent: sent, origin: origin, cause: cause)
            )
        )
    }

    private func chunk(
        _ bytes: ByteBuffer,
        arrival: Instant,
        heldBy: String,
        at now: Instant,
        sink: (Output) -> Void
    ) {
        guard bytes.readableBytes > 0 else { return }
        var chunk = Chunk(bytes: bytes, arrival: arrival)
        // Faults on bytes count from when they get it.
        chunk.stamp = now
        chunk.heldBy = arrival < now ? heldBy : ""
        sink(.chunk(chunk))
    }
}
