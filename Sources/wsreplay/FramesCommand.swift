import ArgumentParser
import CaptureFormat
import CaptureStore
import Console
import Exports
import Vocabulary
import WebSocketWire

/// `wsreplay frames`: list what passed.
struct FramesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "frames",
        abstract: "List the frames of a capture, or its messages, filtered.",
        discussion: """
            Frames are shown as they were on the wire; --messages joins fragments and undoes compression. With --json \
            there is one object a line, with the SHA-256 of the unmasked payload.

            Examples:
              wsreplay frames run.wscap --connection c3 --opcode close
              wsreplay frames run.wscap --messages --text trade_execution --json
            """
    )

    @Argument(help: "The capture.")
    var file: String

    @Flag(help: "Messages instead of frames.")
    var messages = false

    @Flag(help: "One JSON object a line.")
    var json = false

    @Option(help: "Only this connection, for example c3.")
    var connection: String?

    @Option(help: "Only this direction: client-to-server or server-to-client.")
    var direction: String?

    @Option(
        help: ArgumentHelp(
            "Only this opcode: text, binary, continuation, close, ping, pong, or a number from 0 "
                + "to 15."
        )
    )
    var opcode: String?

    @Option(help: "Only what contains this text (with --messages, compressed messages too).")
    var text: String?

    @Option(help: "Nothing before this time, RFC 3339 in UTC: 2026-11-22T12:00:03.5Z.")
    var from: String?

    @Option(help: "Nothing after this time.")
    var to: String?

    func run() throws {
        let filter = try makeFilter()
        let file = try CaptureFile(file)
        let output = LineOutput()
        let width = json ? Int.max : Terminal.width
        let state: CaptureFileState
        if messages {
            var listing = MessageListing(filter: filter)
            state = try file.read { entry, bytes in
                for line in listing.take(entry, bytes: bytes) { output.write(render(line, width)) }
            }
            for line in listing.finish() { output.write(render(line, width)) }
        } else {
            var listing = FrameListing(filter: filter)
            state = try file.read { entry, bytes in
                for line in listing.take(entry, bytes: bytes) { output.write(render(line, width)) }
            }
            for line in listing.finish() { output.write(render(line, width)) }
        }
        output.flush()
        try FileStateReport.tell(state, of: file.path)
    }

    private func render(_ line: FrameLine, _ width: Int) -> String {
        json ? line.json : line.line(width: width)
    }

    private func render(_ line: MessageLine, _ width: Int) -> String {
        json ? line.json : line.line(width: width)
    }

    private func makeFilter() throws(OperatorError) -> FrameFilter {
        var filter = FrameFilter()
        filter.text = text
        if let connection { filter.connection = try FrameOptions.connection(connection) }
        if let direction { filter.direction = try FrameOptions.direction(direction) }
        if let opcode { filter.opcode = try FrameOptions.opcode(opcode) }
        if let from { filter.from = try FrameOptions.time(from, name: "--from") }
        if let to { filter.through = try FrameOptions.time(to, name: "--to") }
        return filter
    }
}

/// The words of the filter, read.
enum FrameOptions {
    static func connection(_ text: String) throws(OperatorError) -> ConnectionID {
        let digits = text.hasPrefix("c") ? text.dropFirst() : text[...]
        guard let number = UInt64(digits), number > 0 else {
            throw OperatorError(.usage, "--connection is '\(text)'; write it as c1, c2, ….")
        }
        return ConnectionID(rawValue: number)
    }

    static func direction(_ text: String) throws(OperatorError) -> Direction {
        guard let direction = Direction.allCases.first(where: { $0.description == text }) else {
            throw OperatorError(
                .usage,
                "--direction is '\(text)'; choose one of: client-to-server, server-to-client."
            )
        }
        return direction
    }

    static func opcode(_ text: String) throws(OperatorError) -> Opcode {
        let known = (UInt8(0)...15).map(Opcode.init(rawValue:))
        if let opcode = known.first(where: { $0.description == text }) { return opcode }
        guard let number = UInt8(text), number < 16 else {
            throw OperatorError(
                .usage,
                "--opcode is '\(text)'; choose text, binary, continuation, close, ping, pong, or "
                    + "a number from 0 to 15."
            )
        }
        return Opcode(rawValue: number)
    }

    static func time(_ text: String, name: String) throws(OperatorError) -> Instant {
        guard let instant = Instant(rfc3339: text) else {
            throw OperatorError(
                .usage,
                "\(name) is '\(text)'; write a time in UTC such as 2026-11-22T12:00:03.5Z."
            )
        }
        return instant
    }
}
