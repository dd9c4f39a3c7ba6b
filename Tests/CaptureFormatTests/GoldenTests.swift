import CaptureFormat
import TestKit
import Testing
import Vocabulary

/// The files in captures/golden are the format.
///
/// `RECORD=1` rewrites them, and fails.
@Suite(.serialized) struct GoldenTests {
    @Test(arguments: GoldenCapture.all)
    func `the encoder writes the committed bytes, and they say what the committed JSON says`(
        capture: GoldenCapture
    ) throws {
        let file = Self.file(capture.name)
        #expect(try file.difference(from: capture.make()) == nil)
        let listing = try GoldenListing.json(of: file.bytes(), name: "\(capture.name).wscap")
        #expect(try Self.listing(capture.name).difference(from: listing) == nil)
    }

    @Test func `sealing the unfinished capture gives its sealed twin`() throws {
        let unfinished = try Self.file("unfinished").bytes()
        let steps = try #require(ReadFile(unfinished).steps)
        var sealed = MemoryFile(bytes: unfinished)
        sealed.apply(steps)
        #expect(try Self.file("unfinished-sealed").difference(from: sealed.bytes) == nil)
    }

    @Test(arguments: GoldenCapture.all)
    func `committed captures are read alike in windows of any size`(capture: GoldenCapture) throws {
        let bytes = try Self.file(capture.name).bytes()
        let whole = ReadFile(bytes)
        for windowByteCount in [1, 16, 500] {
            let read = ReadFile(bytes, windowByteCount: windowByteCount)
            #expect(read.runs == whole.runs)
            #expect(read.state == whole.state)
        }
    }

    @Test func `every hexdump in the format's document stands in its golden file`() throws {
        let document = String(
            decoding: try GoldenFile("docs/capture-format.md").bytes(),
            as: UTF8.self
        )
        var file: (name: String, bytes: [UInt8])?
        var count = 0
        for line in document.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                let words = line.dropFirst(3).split(separator: " ")
                guard words.first == "hexdump", words.count == 2 else {
                    file = nil
                    continue
                }
                let name = String(words[1])
                file = (name, try GoldenFile("captures/golden/\(name)").bytes())
            } else if let file {
                // 00000008  01 1a 00 …   what it means
                let (offset, dumped) = try #require(Self.dumped(line), "no hexdump: \(line)")
                let end = offset + dumped.count
                #expect(
                    end <= file.bytes.count && Array(file.bytes[offset..<end]) == dumped,
                    "\(file.name): \(line)"
                )
                count += 1
            }
        }
        #expect(count > 0)
    }

    private static func file(_ name: String) -> GoldenFile {
        GoldenFile("captures/golden/\(name).wscap")
    }

    private static func listing(_ name: String) -> GoldenFile {
        GoldenFile("captures/golden/\(name).json")
    }

    /// The offset and the bytes of a line; what they mean stands behind three blanks.
    private static func dumped(_ line: Substring) -> (offset: Int, bytes: [UInt8])? {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count > 2, words[1].isEmpty, let offset = Int(words[0], radix: 16) else {
            return nil
        }
        let bytes = words.dropFirst(2).prefix { !$0.isEmpty }.map { UInt8($0, radix: 16) }
        guard !bytes.isEmpty, !bytes.contains(nil) else { return nil }
        return (offset, bytes.compactMap(\.self))
    }
}
