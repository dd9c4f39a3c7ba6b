import ArgumentParser
import CaptureFormat
import CaptureStore
import Console
import Vocabulary

/// `wsreplay info`: what a file says of itself, structure first.
struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract:
            "Show what a capture file says of itself: run, writer, state, chunks and records.",
        discussion: """
            Example:
              wsreplay info run.wscap
            """
    )

    @Argument(help: "The capture.")
    var file: String

    func run() throws {
        let capture = try CaptureFile(file)
        var reader = CaptureReader()
        var chunks = 0
        var counts: [(name: String, count: UInt64)] = []
        var span: (first: Instant, last: Instant)?
        let completion = try capture.scan { item, _, offset, window in
            if case .chunk = item { chunks += 1 }
            guard let entry = reader.read(item, at: offset, in: window) else { return }
            span = (span?.first ?? entry.time, entry.time)
            let name = entry.record.kindName
            if let index = counts.firstIndex(where: { $0.name == name }) {
                counts[index].count += 1
            } else {
                counts.append((name, 1))
            }
        }
        reader.end(completion)
        show(reader.state, byteCount: capture.byteCount, chunks: chunks, counts: counts, span: span)
        try FileStateReport.tell(reader.state, of: capture.path)
    }

    private func show(
        _ state: CaptureFileState,
        byteCount: UInt64,
        chunks: Int,
        counts: [(name: String, count: UInt64)],
        span: (first: Instant, last: Instant)?
    ) {
        var rows: [(String, String)] = [
            ("file", file), ("bytes", String(byteCount)), ("writer", state.library),
            ("state", state.completion == .sealed ? "sealed" : "unfinished"),
            ("chunks", String(chunks)),
        ]
        rows += state.run.map { ($0.name, $0.value) }
        if let span {
            rows.append(("first", span.first.rfc3339(fractionDigits: 9)))
            rows.append(("last", span.last.rfc3339(fractionDigits: 9)))
        }
        let width = (rows.map(\.0.count) + counts.map(\.name.count)).max() ?? 0
        for (name, value) in rows { print(pad(name, width), value) }
        print("records")
        for (name, count) in counts.sorted(by: { $0.count > $1.count }) {
            print(" ", pad(name, width), count)
        }
    }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

extension CaptureRecord {
    /// The record's kind as docs/capture-format.md names it.
    fileprivate var kindName: String {
        switch self {
        case .frame: "Frame"
        case .bytes: "Bytes"
        case .outcome: "Outcome"
        case .opened: "Opened"
        case .handshake: "Handshake"
        case .progress: "Progress"
        case .closed: "Closed"
        case .gap: "Gap"
        case .resumed: "Resumed"
        case .notice: "Notice"
        case .unknown(let schema): "unknown (\(schema))"
        }
    }
}
