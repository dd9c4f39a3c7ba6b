import TestKit
import Testing

/// The examples of docs/exports.md are real.
struct ExportsDocumentTests {
    @Test func `Every line of the document's examples stands in the golden files`() throws {
        func lines(_ path: String) throws -> [Substring] {
            String(decoding: try GoldenFile(path).bytes(), as: UTF8.self).split(separator: "\n")
        }
        let golden = try Set(lines("captures/exports/records.jsonl"))
        let examples = try lines("docs/exports.md").filter { $0.hasPrefix("{") }
        #expect(examples.count >= 4)
        for example in examples { #expect(golden.contains(example), "\(example)") }
    }
}
