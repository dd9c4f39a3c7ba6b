import CaptureFormat
import TestKit
import Testing
import Vocabulary

@Suite struct SealPlanTests {
    @Test func `a capture cut at any byte is read up to there, and sealed`() throws {
        let sample = SampleCapture.make(seed: 1, ticks: 12, isFinished: false)
        let bytes = sample.file.bytes
        let whole = ReadFile(bytes)
        #expect(whole.entries.count == sample.records.count)
        for count in 0...bytes.count {
            let read = ReadFile(Array(bytes[..<count]), windowByteCount: 300)
            guard read.refusal == nil else {
                #expect(
                    read.refusal
                        == (count == 0 ? .empty : .cutInBeginning(byteCount: UInt64(count)))
                )
                #expect(count < sample.commits[0].byteCount)
                continue
            }
            #expect(read.runs == Array(sample.runs.prefix(read.runs.count)))
            var file = MemoryFile(bytes: Array(bytes[..<count]))
            file.apply(
                try #require(
                    read.steps,
                    "cut at \(count): \(String(describing: read.sealObstacle))"
                )
            )
            let sealed = ReadFile(file.bytes)
            #expect(sealed.state.completion == .sealed, "cut at \(count)")
            #expect(sealed.state.damage == [], "cut at \(count)")
            #expect(sealed.runs == read.runs, "cut at \(count)")
        }
    }

    @Test func `every committed record survives, whatever the last tick left`() throws {
        let sample = SampleCapture.make(seed: 2, ticks: 40, isFinished: false)
        for (commit, next) in zip(sample.commits, sample.commits.dropFirst()) {
            for count in [
                commit.byteCount, (commit.byteCount + next.byteCount) / 2, next.byteCount - 1,
            ] {
                let read = ReadFile(Array(sample.file.bytes[..<count]))
                #expect(read.entries.count >= commit.recordCount, "cut at \(count)")
            }
        }
    }

    @Test(arguments: Seeds.some(5))
    func `sealing an interrupted sealing gives the same file`(seed: UInt64) throws {
        let sample = SampleCapture.make(seed: seed, ticks: 20, isFinished: false)
        let cut = Array(sample.file.bytes.dropLast(13))
        let steps = try #require(ReadFile(cut).steps)
        var finished = MemoryFile(bytes: cut)
        finished.apply(steps)
        // Interrupted after the cut, after the patch, and anywhere in the tail.
        for tailCount in stride(from: 0, through: steps.tail.count - 1, by: 1) {
            var file = MemoryFile(bytes: cut)
            file.bytes.removeLast(cut.count - Int(steps.byteCount))
            if tailCount > 0 {
                for patch in steps.patches { file.write(patch.bytes, at: patch.offset) }
            }
            file.write(Array(steps.tail[..<tailCount]), at: steps.byteCount)
            let again = ReadFile(file.bytes)
            file.apply(
                try #require(
                    again.steps,
                    "tail \(tailCount): \(String(describing: again.sealObstacle))"
                )
            )
            #expect(
                file.bytes == finished.bytes,
                "SEED=\(seed), interrupted after \(tailCount) bytes of the tail"
            )
        }
    }

    @Test func `a live end and a sealed end are the same bytes`() throws {
        let live = SampleCapture.make(seed: 3, ticks: 25)
        var crashed = SampleCapture.make(seed: 3, ticks: 25, isFinished: false).file
        crashed.apply(try #require(ReadFile(crashed.bytes).steps))
        #expect(crashed.bytes == live.file.bytes)
    }

    @Test func `zeros that a power loss left are cut off`() throws {
        let sample = SampleCapture.make(seed: 4, ticks: 10, isFinished: false)
        var file = MemoryFile(bytes: sample.file.bytes + [UInt8](repeating: 0, count: 5000))
        let read = ReadFile(file.bytes)
        #expect(read.entries.count == sample.records.count)
        #expect(
            read.state.damage == [.zeros(offset: UInt64(sample.file.bytes.count), byteCount: 5000)]
        )
        file.apply(try #require(read.steps))
        #expect(ReadFile(file.bytes).state.damage == [])
    }

    @Test func `zeros with something behind them are a damage, and nothing is cut off`() {
        let sample = SampleCapture.make(seed: 4, ticks: 10, isFinished: false)
        for index in [sample.file.bytes.count, sample.commits[0].byteCount] {
            var bytes = sample.file.bytes
            bytes.insert(contentsOf: [UInt8](repeating: 0, count: 5000) + [5], at: index)
            let read = ReadFile(bytes, windowByteCount: 400)
            #expect(read.state.isDamaged)
            #expect(read.steps == nil)
        }
    }

    @Test func `nothing is cut off behind a damage in the middle`() {
        let sample = SampleCapture.make(seed: 5, ticks: 30, isFinished: false)
        var bytes = sample.file.bytes
        // An absurd length in the head of a record inside the first chunk.
        guard let chunk = Self.firstChunkOffset(in: bytes) else {
            Issue.record("the sample has no chunk")
            return
        }
        for index in 0..<8 { bytes[chunk + 49 + 1 + index] = 0x7F }
        let read = ReadFile(bytes)
        #expect(read.steps == nil)
        #expect(read.sealObstacle != nil)
        #expect(read.entries.count > sample.records.count / 2, "what follows the damage is read")
    }

    @Test func `a stray end of the data, footer or placeholder does not hide what follows it`()
        throws
    {
        let sample = SampleCapture.make(seed: 8, ticks: 30, isFinished: false)
        let heads: [(opcode: UInt8, byteCount: Int)] = [(0x0F, 4), (0x02, 20), (0x80, 40)]
        // In front of a chunk, and among the records of the open segment.
        let chunk = try #require(try Compacting.chunks(of: sample.file.bytes).last).place
        let last = try #require(sample.commits.dropLast().last)
        for (opcode, byteCount) in heads {
            for place in [chunk.lowerBound, last.byteCount] {
                var bytes = sample.file.bytes
                let record =
                    [opcode, UInt8(byteCount)] + [UInt8](repeating: 0, count: 7 + byteCount)
                bytes.insert(contentsOf: record, at: place)
                let read = ReadFile(bytes, windowByteCount: 300)
                #expect(read.runs == sample.runs, "opcode \(opcode) at \(place)")
                #expect(read.steps == nil, "opcode \(opcode) at \(place)")
            }
        }
    }

    @Test func `an index that is not its chunk's stops the sealing`() throws {
        let sample = SampleCapture.make(seed: 6, ticks: 30, isFinished: false)
        var bytes = sample.file.bytes
        let chunk = try #require(try Compacting.chunks(of: bytes).first)
        let index = chunk.place.upperBound + Int(chunk.head.storedByteCount)
        #expect(bytes[index] == 0x07)
        bytes[index + 9 + 6] ^= 1
        #expect(ReadFile(bytes).steps == nil)
    }

    private static func firstChunkOffset(in bytes: [UInt8]) -> Int? {
        var scanner = CaptureScanner(fileByteCount: UInt64(bytes.count))
        var position = 0
        do throws(CaptureScanner.Refusal) {
            while case .item(let item, _, let offset) = try scanner.next(
                in: bytes.span.bytes,
                from: &position
            ) {
                if case .chunk = item { return Int(offset) }
            }
        } catch {
            return nil
        }
        return nil
    }
}
