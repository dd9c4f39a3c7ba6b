import Vocabulary
import WebSocketWire

/// What a finder leaves of a text that comes in pieces.
func redacted(
    _ pieces: [[UInt8]],
    _ pointers: [JSONPointer],
    start: JSONSecretFinder.Start = .anywhere
) -> (bytes: [UInt8], runs: [BlankedRun]) {
    var finder = JSONSecretFinder(pointers, start: start)
    var out: [UInt8] = []
    var runs: [BlankedRun] = []
    for piece in pieces {
        var bytes = piece
        for run in finder.redact(&bytes, in: bytes.indices) {
            for index in run.range { runs.blank(out.count + index, run.reason) }
        }
        out += bytes
    }
    return (out, runs)
}

/// What a finder leaves of a text.
func redacted(
    _ text: String,
    _ pointers: String...,
    start: JSONSecretFinder.Start = .anywhere
) throws -> String {
    let pointers = try pointers.map { try JSONPointer($0) }
    return String(
        decoding: redacted([Array(text.utf8)], pointers, start: start).bytes,
        as: UTF8.self
    )
}
