import ArgumentParser
import CaptureFormat
import CaptureStore
import Console
import Exports
import Queries
import Vocabulary

/// `wsreplay frames`: list what passed.
struct FramesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "frames",
        abstract: "List the frames of a capture, or its messages, filtered.",
        discussion: """
            Frames are shown as they were on the wire; --messages joins fragments and undoes compression. With --json \
            there is one object a line, with the SHA-256 of the unmasked payload.

            \(QueryOptions.lesson)

            --pointer /type shows JSON values in the place of the payload's beginning; repeat it for more.

            Examples:
              wsreplay frames run.wscap --connection c3 --opcode close
              wsreplay frames run.wscap --messages --text trade_execution --json
              wsreplay frames run.wscap --where "/type == 'trade' and /price > 64000"
              wsreplay frames run.wscap --where "not exists /sequence and opcode == text"
              wsreplay frames run.wscap --pointer /type --pointer /data/price
              wsreplay frames captures/ --run 1a2b --follow --pointer /type
              wsreplay show run.wscap 'c1>17'     one frame of the list in full
            """
    )

    @OptionGroup var input: CaptureInput

    @Flag(help: "Messages instead of frames.")
    var messages = false

    @Flag(help: "One JSON object a line.")
    var json = false

    @Flag(
        help: ArgumentHelp(
            "With --json, write what faults did to the frames as lines of their own, with a member "
                + "'deed'. Text always has them."
        )
    )
    var faults = false

    @Flag(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Show what passes from now on (or from --from on), file after file, until its proxy ends."
        )
    )
    var follow = false

    @OptionGroup var selection: SelectionOptions

    @Option(
        name: .customLong("pointer"),
        help: ArgumentHelp(
            "Show the JSON value at this pointer (RFC 6901), for example /data/price; repeatable.",
            valueName: "pointer"
        )
    )
    var pointers: [String] = []

    func run() throws {
        var filter = try selection.filter(forMessages: messages)
        if follow, filter.from == nil { filter.from = WallClock.now() }
        let columns = try FrameOptions.pointers(pointers)
        let source = try input.oneSource()
        let output = LineOutput()
        let width = json ? Int.max : Terminal.width
        let state: CaptureFileState
        var trail = FaultTrail(filter: filter)
        if messages {
            var listing = MessageListing(filter: filter, pointers: columns)
            state = try read(source, to: output) { entry, bytes in
                let told = trail.take(entry)
                for line in listing.take(entry, bytes: bytes) {
                    trail.note(line)
                    output.write(render(line, width))
                }
                write(told, width, to: output)
            }
            for line in listing.finish() { output.write(render(line, width)) }
        } else {
            var listing = FrameListing(filter: filter, pointers: columns)
            state = try read(source, to: output) { entry, bytes in
                let told = trail.take(entry)
                listing.take(entry, bytes: bytes) {
                    trail.note($0.reference)
                    write($0, width, to: output)
                }
                write(told, width, to: output)
            }
            for line in listing.finish() { write(line, width, to: output) }
        }
        try output.finish()
        try FileStateReport.tell(state, of: source.title)
    }

    /// Reads what there is, and with --follow what comes.
    private func read(
        _ source: CaptureSource,
        to output: LineOutput,
        _ visit: (CaptureEntry, RawSpan) throws -> Void
    ) throws -> CaptureFileState {
        guard follow else { return try source.read(showsProgress: false, visit) }
        guard case .run(let run) = source else {
            throw OperatorError(
                .usage,
                "--follow needs a capture that a wsproxy is writing; \(source.title) holds packets."
            )
        }
        return try RunFollower(run).read(visit) { output.flush() }
    }

    private func write(_ line: FrameLine, _ width: Int, to output: LineOutput) {
        if json {
            output.write(line.json)
        } else if width < .max {
            output.write(line.line(width: width))
        } else {
            output.write { line.append(to: &$0) }
        }
    }

    private func write(_ lines: [FaultLine], _ width: Int, to output: LineOutput) {
        for line in lines where !json || faults {
            output.write(json ? line.json : line.line(width: width))
        }
    }

    private func render(_ line: MessageLine, _ width: Int) -> String {
        json ? line.json : line.line(width: width)
    }
}
