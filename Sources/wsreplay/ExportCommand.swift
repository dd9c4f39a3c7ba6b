import ArgumentParser
import CaptureFormat
import CaptureStore
import Console
import Exports
import Queries
import Vocabulary

/// `wsreplay export`: a capture in a form that other programs read.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a capture in a form that other programs read: JSON Lines.",
        discussion: """
            --format jsonl (format wscap-jsonl/1, docs/exports.md): one JSON object a line for every record of the capture, \
            with nothing lost. Bytes are base64, as on the wire; where they are UTF-8 they stand there as text too, \
            unmasked. The first line tells the run, the last one how the capture ends.

            --messages writes messages in the place of frames: fragments joined, compression undone. --where chooses lines; a \
            line without the asked-for field is left out, so "connection == c3" keeps all that concerns c3, and \
            "opcode == close" nothing but frames. A frame that arrived in parts is judged part by part. 'wsreplay frames \
            --help' teaches expressions.

            Examples:
              wsreplay export run.wscap --format jsonl --output run.jsonl
              wsreplay export run.wscap --where "connection == c3" | head
              wsreplay export run.wscap --messages | jq -r .text
            """
    )

    @OptionGroup var input: CaptureInput

    @Option(help: "jsonl.")
    var format = "jsonl"

    @Option(help: "A new file; standard output when none is named.")
    var output: String?

    @Flag(help: "Messages in the place of frames.")
    var messages = false

    @OptionGroup var query: QueryOptions

    func run() throws {
        _ = try EnvironmentTwin.choice(format, of: ExportFormat.self, name: "--format")
        let query = try query.read(forMessages: messages)
        if query?.fields.contains(.parts) == true {
            throw OperatorError(
                .usage,
                "--where asks for 'parts', which an export of single records cannot count; leave "
                    + "it out."
            )
        }
        let source = try input.oneSource()
        let beginning = try source.beginning()
        let lines =
            try output.map { try LineOutput(creating: $0, option: "--output") } ?? LineOutput()
        var export = JSONLinesExport(query: query, forMessages: messages)
        lines.write(export.beginning(beginning))
        let state = try source.read(showsProgress: output != nil) { entry, bytes in
            for line in export.take(entry, bytes: bytes) { lines.write(line) }
        }
        for line in export.finish(state) { lines.write(line) }
        try lines.finish()
        try FileStateReport.tell(state, of: source.title)
    }
}

/// The forms that a capture can be written in.
enum ExportFormat: String, CaseIterable {
    /// JSON Lines, `wscap-jsonl/1`.
    case jsonl
}
