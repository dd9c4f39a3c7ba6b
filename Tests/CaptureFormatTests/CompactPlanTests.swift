import CaptureFormat
import TestKit
import Testing
import Vocabulary

@Suite struct CompactPlanTests {
    private static let packings: [ChunkPacking?] = [
        nil, ChunkPacking(.zstd), ChunkPacking(.zstd, level: 19), ChunkPacking(.lz4),
        ChunkPacking(.lz4, level: 9),
    ]

    private static func sealed() -> [[UInt8]] {
        GoldenCapture.all.filter { $0.name != "unfinished" }.map { $0.make() }
            + (1...3).map { SampleCapture.make(seed: $0, ticks: 40).file.bytes }
    }

    @Test(arguments: packings, [1, 700, 1 << 20])
    func `every record comes out as it was, in chunks of any size and compression`(
        packing: ChunkPacking?,
        chunkByteCount: Int
    ) throws {
        for bytes in Self.sealed() {
            let compact = try Compacting.compact(
                bytes,
                packing: packing,
                chunkByteCount: chunkByteCount
            )
            #expect(try Compacting.messages(of: compact) == Compacting.messages(of: bytes))
            let (before, after) = (ReadFile(bytes), ReadFile(compact))
            #expect(
                after.entries.map(\.record.withoutRanges)
                    == before.entries.map(\.record.withoutRanges)
            )
            #expect(after.runs == before.runs)
            #expect(after.state == before.state)
            for windowByteCount in [1, 16, 500] {
                let windowed = ReadFile(compact, windowByteCount: windowByteCount)
                #expect(windowed.runs == after.runs)
                #expect(windowed.state == after.state)
            }
        }
    }

    @Test func `a stray end of the data does not drop what stands behind it`() throws {
        var bytes = SampleCapture.make(seed: 6, ticks: 30).file.bytes
        let chunk = try #require(try Compacting.chunks(of: bytes).last).place
        // DataEnd: opcode, length, no checksum.
        let stray: [UInt8] = [0x0F, 4] + [UInt8](repeating: 0, count: 7 + 4)
        bytes.insert(contentsOf: stray, at: chunk.lowerBound)
        #expect(throws: CompactObstacle.self) { try Compacting.compact(bytes, packing: nil) }
    }

    @Test(arguments: packings)
    func `unpacking what was packed gives the same file as never packing it`(
        packing: ChunkPacking?
    ) throws {
        for bytes in Self.sealed() {
            let packed = try Compacting.compact(bytes, packing: packing, chunkByteCount: 2000)
            let plain = try Compacting.compact(bytes, packing: nil, chunkByteCount: 900)
            #expect(try Compacting.compact(packed, packing: nil, chunkByteCount: 900) == plain)
        }
    }

    @Test func `packing makes a file smaller, and a chunk that it would not is left plain`() throws
    {
        let bytes = try #require(GoldenCapture.all.first { $0.name == "segments" }).make()
        for compression in ChunkCompression.allCases {
            let packing = ChunkPacking(compression)
            let packed = try Compacting.compact(bytes, packing: packing)
            #expect(packed.count < bytes.count)
            #expect(try Compacting.chunks(of: packed).map(\.head.compression) == [compression])
            // One record a chunk: the small ones do not shrink.
            let single = try Compacting.chunks(
                of: try Compacting.compact(bytes, packing: packing, chunkByteCount: 1)
            )
            #expect(single.contains { $0.head.compression == nil })
            #expect(single.contains { $0.head.compression == compression })
            #expect(single.allSatisfy { $0.head.storedByteCount <= $0.head.byteCount })
        }
    }

    @Test func `chunks keep to their size, unless one record is larger`() throws {
        let bytes = SampleCapture.make(seed: 9, ticks: 60).file.bytes
        let largest = try #require(try Compacting.messages(of: bytes).map(\.count).max())
        for limit in [largest - 1, largest, largest + 1, 3000] {
            let compact = try Compacting.compact(bytes, packing: nil, chunkByteCount: limit)
            let sizes = try Compacting.chunks(of: compact).map { Int($0.head.byteCount) }
            #expect(sizes.allSatisfy { $0 <= max(limit, largest) })
            #expect(sizes.count > 1)
        }
    }

    @Test func `what is not a whole capture is not rewritten`() throws {
        let whole = SampleCapture.make(seed: 5, ticks: 20).file.bytes
        let open = SampleCapture.make(seed: 5, ticks: 20, isFinished: false).file.bytes
        #expect(throws: CompactObstacle.unfinished) {
            try Compacting.compact(open, packing: ChunkPacking(.zstd))
        }
        var damaged = whole
        let chunk = try #require(try Compacting.chunks(of: whole).first).place
        damaged[chunk.upperBound + 60] ^= 1
        #expect(
            throws: CompactObstacle.damage(.checksumMismatch(chunkOffset: UInt64(chunk.lowerBound)))
        ) {
            try Compacting.compact(damaged, packing: ChunkPacking(.zstd))
        }
    }

    @Test func `an attachment is refused, a record of a later kind is kept`() throws {
        let whole = try #require(GoldenCapture.all.first { $0.name == "segments" }).make()
        let chunk = try #require(try Compacting.chunks(of: whole).dropFirst().first).place
        func inserting(opcode: UInt8) -> [UInt8] {
            var bytes = whole
            let record: [UInt8] = [opcode, 3, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]
            bytes.insert(contentsOf: record, at: chunk.lowerBound)
            return bytes
        }
        #expect(throws: CompactObstacle.foreignRecord(offset: UInt64(chunk.lowerBound), opcode: 9))
        {
            try Compacting.compact(inserting(opcode: 9), packing: nil)
        }
        let kept = try Compacting.compact(inserting(opcode: 0x90), packing: ChunkPacking(.lz4))
        let place = try #require(kept.firstRange(of: [0x90, 3, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]))
        let chunks = try Compacting.chunks(of: kept).map(\.place.lowerBound)
        #expect(chunks.count == 2)
        #expect(chunks[0] < place.lowerBound && place.upperBound == chunks[1])
    }

    @Test func `levels are an algorithm's own`() {
        for compression in ChunkCompression.allCases {
            let levels = compression.levels
            #expect(ChunkPacking(compression, level: levels.lowerBound - 1) == nil)
            #expect(ChunkPacking(compression, level: levels.lowerBound) != nil)
            #expect(ChunkPacking(compression, level: levels.upperBound) != nil)
            #expect(ChunkPacking(compression, level: levels.upperBound + 1) == nil)
        }
    }
}
