import ArgumentParser
import CaptureFormat
import CaptureStore
import Console
import Exports
import Queries
import Vocabulary

/// `wsreplay show`: one frame or message in full.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one frame or message in full: head, payload, what became of it, its "
            + "surroundings.",
        discussion: """
            A frame is named as the listing and the findings of a verdict print it, in quotes: 'c1 → #17', \
            'c1 → frame 17', or in short c1→17. Where arrows are hard to type, 'c1>17' and 'c1<17', or c1:client:17 and \
            c1:server:17, name the sender instead. Or let an expression find it: the first match is shown, --first 3 shows \
            three. --messages shows the message that the frame belongs to, fragments joined and compression undone.

            JSON is laid out, other text is shown as it is, and anything else in hexadecimal. 'outcome' tells what is \
            known of the way behind the proxy; docs/capture-format.md, section 7, says what proves what.

            Exit codes: 0 shown, 1 nothing matches, 3 the capture is damaged.

            Examples:
              wsreplay show run.wscap c1→17
              wsreplay show run.wscap 'c1<3' --messages --context 10
              wsreplay show run.wscap --connection c1 \\
                --direction server-to-client --frame 17
              wsreplay show run.wscap --where "/type == 'trade'" --context
              wsreplay show run.wscap c1→17 --raw > payload.bin
            """
    )

    @Argument(help: "The capture, or a packet file.")
    var file: String

    @Option(
        name: .customLong("run"),
        help: "Only this run of a folder: its name, or the beginning of it."
    )
    var runName: String?

    @Argument(help: "The frame, for example 'c1 → #17', c1→17, 'c1>17' or c1:client:17.")
    var reference: String?

    @OptionGroup var packets: PacketOptions

    @OptionGroup var selection: SelectionOptions

    @Option(help: "The number of the frame in its connection and direction, from 1.")
    var frame: String?

    @Flag(help: "The message that the frame belongs to, or the first message that matches.")
    var messages = false

    @Option(help: "Show so many matches, 1 to 1000.")
    var first = 1

    @Option(
        defaultAsFlag: 5,
        help: ArgumentHelp(
            "Show so many events before and after on the same connection, 0 to 1000; 5 without a "
                + "number.",
            valueName: "events"
        )
    )
    var context: Int?

    @Option(
        help: ArgumentHelp("Show so many bytes of the payload at most; 0 shows all of it.")
    )
    var bytes = 65_536

    @Flag(help: "Write the payload itself to standard output, unmasked, and nothing else.")
    var raw = false

    /// The most of one payload that is held to be shown, in bytes.
    private static let payloadByteCountMax = 64 << 20

    func run() throws {
        let target = try makeTarget()
        var wish = Inspector.Wish()
        wish.forMessages = messages
        wish.context = try number(context ?? 0, in: 0...1000, name: "--context")
        wish.countMax = try number(first, in: 1...1000, name: "--first")
        let limit = try number(bytes, in: 0...Self.payloadByteCountMax, name: "--bytes")
        wish.payloadByteCountMax = limit == 0 ? Self.payloadByteCountMax : limit
        guard raw else { return try show(target, wish) }
        guard first == 1 else {
            throw OperatorError(.usage, "--raw writes one payload; leave out --first.")
        }
        try messages ? writeMessage(target, wish) : writeFrame(target, wish)
    }

    // MARK: - Showing

    private func show(_ target: Inspector.Target, _ wish: Inspector.Wish) throws {
        let output = LineOutput()
        let ink = Ink(isColoured: Terminal.wantsColor)
        let width = Terminal.width
        var count = 0
        let state = try inspect(target, wish) { inspection in
            if count > 0 { output.write("") }
            count += 1
            let text = InspectionText.render(inspection, ink: ink, width: width)
            output.write(bytes: text.utf8)
        }
        try output.finish()
        try end(state, foundAny: count > 0)
    }

    /// Reads until everything is found and told.
    ///
    /// - Returns: The state of the file, when it was read to its end.
    private func inspect(
        _ target: Inspector.Target,
        _ wish: Inspector.Wish,
        _ body: (Inspection) throws -> Void
    ) throws -> CaptureFileState? {
        let source = try source()
        var inspector = Inspector(target, wish)
        let state = try readUntilEnough(source) { entry, bytes in
            for inspection in inspector.take(entry, bytes: bytes) { try body(inspection) }
            return inspector.isDone
        }
        for inspection in inspector.finish() { try body(inspection) }
        return state
    }

    private func end(_ state: CaptureFileState?, foundAny: Bool) throws {
        if !foundAny { StandardError.write("wsreplay: \(nothingFound)\n") }
        if let state { try FileStateReport.tell(state, of: file) }
        if !foundAny { throw VerdictExit(.fail) }
    }

    private var nothingFound: String {
        let noun = messages ? "message" : "frame"
        return "No \(noun) of \(file) is what was asked for; 'wsreplay frames \(file)' lists what "
            + "there is."
    }

    // MARK: - Raw payloads

    private func writeMessage(_ target: Inspector.Target, _ wish: Inspector.Wish) throws {
        var wish = wish
        wish.payloadByteCountMax = Self.payloadByteCountMax
        wish.context = 0
        let output = LineOutput()
        var found: Inspection?
        let state = try inspect(target, wish) { found = $0 }
        if let found {
            output.write(bytes: found.payload)
            if !found.isPayloadWhole {
                StandardError.write(
                    "wsreplay: Only \(found.payload.count) of \(found.payloadByteCount) bytes are "
                        + "at hand and were written.\n"
                )
            }
        }
        try output.finish()
        try end(state, foundAny: found != nil)
    }

    /// Frames are written as they are read, so that their size does not matter.
    private func writeFrame(_ target: Inspector.Target, _ wish: Inspector.Wish) throws {
        var reference: FrameReference?
        if case .reference(let named) = target {
            reference = named
        } else {
            var wish = wish
            wish.context = 0
            wish.payloadByteCountMax = 1
            let state = try inspect(target, wish) { reference = $0.reference }
            if reference == nil { return try end(state, foundAny: false) }
        }
        guard let reference else { return }
        let output = LineOutput()
        var payload = RawPayload(of: reference)
        let state = try readUntilEnough(try source()) { entry, bytes in
            output.write(bytes: payload.take(entry, bytes: bytes))
            return payload.isDone
        }
        try output.finish()
        try end(state, foundAny: payload.isFound)
    }

    private func source() throws -> CaptureSource {
        try CaptureInput.oneSource([file], run: runName, packets: packets)
    }

    // MARK: - Words

    private func makeTarget() throws -> Inspector.Target {
        let filter = try selection.filter(forMessages: messages)
        if let reference {
            guard frame == nil, selection.isEmpty else {
                throw OperatorError(
                    .usage,
                    "'\(reference)' names one frame; leave out the other conditions, or the "
                        + "reference."
                )
            }
            guard let named = FrameReference(reference) else {
                throw OperatorError(
                    .usage,
                    "'\(reference)' names no frame; write it as 'c1 → #17', c1→17, 'c1>17' or "
                        + "c1:client:17 (connections and frames count from 1)."
                )
            }
            return .reference(named)
        }
        guard let frame else {
            guard !selection.isEmpty else {
                throw OperatorError(
                    .usage,
                    "Name a frame, such as c1→17, or say what to look for with --where; 'wsreplay "
                        + "frames \(file)' lists what there is."
                )
            }
            return .filter(filter)
        }
        guard let number = UInt64(frame), number > 0 else {
            throw OperatorError(.usage, "--frame is '\(frame)'; frames are numbered from 1.")
        }
        guard let connection = filter.connection, let direction = filter.direction else {
            throw OperatorError(
                .usage,
                "--frame \(number) needs --connection and --direction, because each flow counts "
                    + "its own frames; or write c1→\(number) or c1←\(number)."
            )
        }
        guard selection.hasOnlyFlow else {
            throw OperatorError(
                .usage,
                "--frame \(number) names one frame; leave out the other conditions, or --frame."
            )
        }
        return .reference(
            FrameReference(connection: connection, direction: direction, frame: number)
        )
    }

    private func number(
        _ value: Int,
        in range: ClosedRange<Int>,
        name: String
    ) throws(OperatorError) -> Int {
        guard range.contains(value) else {
            throw OperatorError(
                .usage,
                "\(name) is \(value); choose a number from \(range.lowerBound) to "
                    + "\(range.upperBound)."
            )
        }
        return value
    }
}

/// Ends a reading before the end of the file.
private struct Enough: Error {}

/// Reads records until `visit` has had enough.
///
/// - Returns: The state of the file, when it was read to its end.
private func readUntilEnough(
    _ source: CaptureSource,
    _ visit: (CaptureEntry, RawSpan) throws -> Bool
) throws -> CaptureFileState? {
    do {
        return try source.read(showsProgress: false) { entry, bytes in
            if try visit(entry, bytes) { throw Enough() }
        }
    } catch is Enough {
        return nil
    }
}
