import CaptureFormat
import TestKit
import Testing
import Vocabulary

/// Compressed chunks, whole, changed and cut, as scanner, reader and seal plan see them.
@Suite struct PackedChunkTests {
    /// Two compressed chunks and more, all of one compression.
    private static func packed(
        _ compression: ChunkCompression
    ) throws -> (bytes: [UInt8], chunks: [(head: ChunkHead, place: Range<Int>)]) {
        let golden = try #require(GoldenCapture.all.first { $0.name == "segments" }).make()
        let bytes = try Compacting.compact(
            golden,
            packing: ChunkPacking(compression),
            chunkByteCount: 2000
        )
        let chunks = try Compacting.chunks(of: bytes)
        #expect(chunks.count > 1)
        #expect(chunks.allSatisfy { $0.head.compression == compression })
        return (bytes, chunks)
    }

    @Test(arguments: ChunkCompression.allCases)
    func `a changed byte in a compressed chunk is a damage, and the next chunk is read`(
        compression: ChunkCompression
    ) throws {
        let (bytes, chunks) = try Self.packed(compression)
        let whole = ReadFile(bytes)
        let stored =
            chunks[0].place.upperBound..<chunks[0].place.upperBound
            + Int(chunks[0].head.storedByteCount)
        var unnoticed = 0
        for index in stored {
            var changed = bytes
            changed[index] ^= 0x10
            let read = ReadFile(changed, windowByteCount: 100)
            // Some bits of a frame's head mean nothing; then all records are there.
            if !read.state.isDamaged {
                unnoticed += 1
                #expect(read.runs == whole.runs, "byte \(index)")
            }
            #expect(read.state.completion == .sealed, "byte \(index)")
            #expect(read.runs.suffix(3) == whole.runs.suffix(3), "byte \(index)")
        }
        #expect(unnoticed < 4)
    }

    @Test(arguments: ChunkCompression.allCases)
    func `a file cut in a compressed chunk is read up to there and not sealed over it`(
        compression: ChunkCompression
    ) throws {
        let (bytes, chunks) = try Self.packed(compression)
        let whole = ReadFile(bytes)
        for count in chunks[0].place.lowerBound...bytes.count - 1 {
            let cut = Array(bytes[..<count])
            let read = ReadFile(cut, windowByteCount: 90)
            #expect(read.refusal == nil)
            #expect(read.runs == Array(whole.runs.prefix(read.runs.count)), "cut at \(count)")
            let isInside = chunks.contains { chunk in
                let start = chunk.place.upperBound
                return count >= start && count < start + Int(chunk.head.storedByteCount)
            }
            #expect((read.sealObstacle != nil) == isInside, "cut at \(count)")
            guard isInside else {
                var file = MemoryFile(bytes: cut)
                file.apply(try #require(read.steps))
                let sealed = ReadFile(file.bytes)
                #expect(
                    sealed.state.completion == .sealed && sealed.state.damage == [],
                    "cut at \(count)"
                )
                #expect(sealed.runs == read.runs, "cut at \(count)")
                continue
            }
            guard case .packedChunkCutShort(let offset, let missing) = read.state.damage.first
            else {
                Issue.record("cut at \(count): \(read.state.damage)")
                continue
            }
            let chunk = try #require(chunks.last { $0.place.lowerBound < count })
            #expect(offset == UInt64(chunk.place.lowerBound))
            #expect(
                Int(missing) == chunk.place.upperBound + Int(chunk.head.storedByteCount) - count
            )
        }
    }

    @Test(arguments: ChunkCompression.allCases)
    func `a file that lost only its end is sealed as it was`(compression: ChunkCompression) throws {
        let (bytes, chunks) = try Self.packed(compression)
        let last = try #require(chunks.last)
        let end = last.place.upperBound + Int(last.head.storedByteCount)
        for count in end..<bytes.count {
            var file = MemoryFile(bytes: Array(bytes[..<count]))
            file.apply(try #require(ReadFile(file.bytes).steps))
            #expect(file.bytes == bytes, "cut at \(count)")
        }
    }

    @Test(arguments: ChunkCompression.allCases)
    func `a size that is not the chunk's is a damage, and is never believed`(
        compression: ChunkCompression
    ) throws {
        let (bytes, chunks) = try Self.packed(compression)
        let limit = CaptureScanner.packedChunkByteCountMax
        let real = chunks[0].head.byteCount
        let sizes = [
            0, real - 1, real + 1, limit - 1, limit, limit + 1, 1 << 40, UInt64.max,
        ]
        for size in sizes {
            var changed = MemoryFile(bytes: bytes)
            let field = UInt64(chunks[0].place.lowerBound + 9 + 16)
            changed.write((0..<8).map { UInt8(truncatingIfNeeded: size >> ($0 * 8)) }, at: field)
            let read = ReadFile(changed.bytes, windowByteCount: 64)
            #expect(read.state.damage.count == 1, "size \(size)")
            guard case .unpackableChunk(_, let detail) = read.state.damage.first else {
                Issue.record("size \(size): \(read.state.damage)")
                continue
            }
            #expect(detail.contains("over the limit") == (size > limit), "size \(size): \(detail)")
            #expect(read.state.completion == .sealed)
            #expect(!read.runs.isEmpty)
        }
    }

    @Test func `an algorithm that is not known is named, and its chunk skipped`() throws {
        let (bytes, chunks) = try Self.packed(.zstd)
        for (name, shown) in [("lzma", "lzma"), ("ZSTD", "ZSTD")] {
            var changed = MemoryFile(bytes: bytes)
            let offset = UInt64(chunks[0].place.lowerBound)
            changed.write(Array(name.utf8), at: offset + 9 + 8 * 3 + 4 + 4)
            let read = ReadFile(changed.bytes)
            #expect(read.state.damage == [.compressedChunk(offset: offset, compression: shown)])
            #expect(read.state.completion == .sealed)
            #expect(!read.runs.isEmpty)
        }
    }

    @Test func `a record larger than any piece comes out whole`() throws {
        var encoder = CaptureEncoder(run: SampleCapture.run)
        var file = MemoryFile()
        var generator = SeededGenerator(seed: 11)
        let sizes = [1 << 17, (1 << 17) + 1, 700_000, 3_000_000]
        for size in sizes {
            let bytes = [UInt8](repeating: 7, count: size - 1000) + generator.bytes(1000)
            let record = BytesRecord(
                connection: ConnectionID(rawValue: 1),
                direction: .clientToServer,
                offset: 0,
                kind: .opaque,
                data: 0..<bytes.count
            )
            encoder.append(.bytes(record), bytes: bytes.span.bytes, arrival: .epoch)
            file.commit(&encoder)
        }
        file.finish(&encoder)
        for compression in ChunkCompression.allCases {
            let packed = try Compacting.compact(file.bytes, packing: ChunkPacking(compression))
            #expect(packed.count < 200_000)
            for windowByteCount in [1000, Int.max] {
                let read = ReadFile(packed, windowByteCount: windowByteCount)
                #expect(read.state.damage == [])
                #expect(read.runs.map(\.count) == sizes)
            }
        }
    }
}
