import CaptureFormat
import TestKit
import Testing
import Vocabulary

@Suite struct CaptureScannerTests {
    @Test func `what is no capture is refused with what it is`() {
        #expect(ReadFile([]).refusal == .empty)
        #expect(ReadFile([0x89, 0x4D]).refusal == .cutInBeginning(byteCount: 2))
        #expect(
            ReadFile(Array("hello, world".utf8)).refusal
                == .notMCAP(firstBytes: Array("hello, w".utf8))
        )
    }

    @Test func `a changed byte in a record fails the chunk's checksum`() throws {
        let sample = SampleCapture.make(seed: 7, ticks: 30)
        var bytes = sample.file.bytes
        let data = zip(sample.records, sample.runs).compactMap { record, run in
            if case .bytes = record { run } else { nil }
        }
        let run = try #require(data.first)
        let place = try #require(bytes.firstRange(of: run))
        bytes[place.lowerBound + 3] ^= 1
        let read = ReadFile(bytes)
        #expect(read.state.isDamaged)
    }

    @Test func `a footer in a chunk is a record like any other`() throws {
        let sample = SampleCapture.make(seed: 8, ticks: 12)
        let chunk = try #require(try Compacting.chunks(of: sample.file.bytes).first).place
        var bytes = sample.file.bytes
        // The opcode of the chunk's first record; its length is that of no footer.
        bytes[chunk.upperBound] = 0x02
        let read = ReadFile(bytes)
        #expect(read.state.damage == [.checksumMismatch(chunkOffset: UInt64(chunk.lowerBound))])
        #expect(read.state.completion == .sealed)
        #expect(read.runs == Array(sample.runs.dropFirst()))
    }

    @Test(arguments: Seeds.some(300))
    func `mutated captures are read without a crash or a hang`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var bytes = SampleCapture.make(seed: seed % 7, ticks: 12, isFinished: seed % 2 == 0).file
            .bytes
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let at = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes[at] = UInt8.random(in: .min ... .max, using: &generator)
            case 1: bytes.removeSubrange(at..<min(bytes.count, at + 40))
            case 2: bytes.insert(contentsOf: generator.bytes(20), at: at)
            default:
                bytes.replaceSubrange(
                    at..<min(bytes.count, at + 8),
                    with: [UInt8](repeating: 0xFF, count: 8)
                )
            }
        }
        let read = ReadFile(bytes, windowByteCount: 500)
        if read.refusal == nil, read.state.completion != .sealed, let steps = read.steps {
            var file = MemoryFile(bytes: bytes)
            file.apply(steps)
            #expect(ReadFile(file.bytes).state.completion == .sealed, "SEED=\(seed)")
        }
    }

    @Test(arguments: Seeds.some(200))
    func `random bytes behind a right beginning do no harm`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let sample = SampleCapture.make(seed: 1, ticks: 1, isFinished: false).file.bytes
        let read = ReadFile(sample + generator.bytes(Int.random(in: 0..<3000, using: &generator)))
        #expect(read.refusal == nil, "SEED=\(seed)")
        #expect(read.entries.count >= 1, "SEED=\(seed)")
    }
}
