import CaptureFormat
import TestKit
import Testing
import Vocabulary

@Suite struct SummaryReaderTests {
    private static func golden(_ name: String) throws -> [UInt8] {
        try #require(GoldenCapture.all.first { $0.name == name }).make()
    }

    /// Reads the summary of a file in windows of a size.
    private static func overview(
        of bytes: [UInt8],
        windowByteCount: Int = .max
    ) throws -> CaptureOverview {
        let footer = try #require(Footer(footerAndMagic: Array(bytes.suffix(37))))
        var reader = try SummaryReader(footer: footer, fileByteCount: UInt64(bytes.count))
        var start = Int(reader.byteRange.lowerBound)
        let end = Int(reader.byteRange.upperBound)
        var wanted = 0
        while start < end {
            let count = min(end - start, max(wanted, windowByteCount))
            guard wanted <= count else { throw SummaryFlaw.unreadable(detail: "cut") }
            let taken = try reader.take(bytes.span.bytes.extracting(start..<start + count))
            start += taken.consumed
            wanted = taken.wanted
        }
        return try reader.finish()
    }

    @Test(arguments: [1, 9, 100, Int.max])
    func `the summary says what reading the records says, in windows of any size`(
        windowByteCount: Int
    ) throws {
        for golden in GoldenCapture.all where golden.name != "unfinished" {
            let plain = golden.make()
            for compression in [nil] + ChunkCompression.allCases.map(Optional.some) {
                let bytes = try Compacting.compact(
                    plain,
                    packing: compression.flatMap { ChunkPacking($0) },
                    chunkByteCount: 1000
                )
                let overview = try Self.overview(of: bytes, windowByteCount: windowByteCount)
                let read = ReadFile(bytes)
                #expect(overview.messageCount == UInt64(read.entries.count))
                #expect(
                    overview.channels.reduce(0) { $0 + $1.messageCount } == overview.messageCount
                )
                #expect(
                    overview.channels.map(\.topic)
                        == CaptureChannel.channels(proxy: "bridge").map(\.topic)
                )
                #expect(overview.first == read.entries.map(\.time).min())
                #expect(overview.last == read.entries.map(\.time).max())
                let heads = try Compacting.chunks(of: bytes).map(\.head)
                #expect(overview.chunkCount == UInt64(heads.count))
                for packing in overview.packings {
                    let same = heads.filter {
                        ($0.compression?.rawValue ?? "") == packing.compression
                    }
                    #expect(packing.chunkCount == UInt64(same.count))
                    #expect(packing.storedByteCount == same.reduce(0) { $0 + $1.storedByteCount })
                    #expect(packing.byteCount == same.reduce(0) { $0 + $1.byteCount })
                }
            }
        }
    }

    @Test func `a changed byte anywhere in the summary is not believed`() throws {
        let bytes = try Self.golden("segments")
        let footer = try #require(Footer(footerAndMagic: Array(bytes.suffix(37))))
        // Opcode and length of the footer are what makes it one.
        let places = [
            Int(footer.summaryStart)..<bytes.count - 37, bytes.count - 28..<bytes.count - 8,
        ]
        for index in places.joined() {
            var changed = bytes
            changed[index] ^= 0x04
            #expect(throws: (any Error).self, "byte \(index)") { try Self.overview(of: changed) }
        }
    }

    @Test func `a summary that fits its checksum and not the file is not believed`() throws {
        let bytes = try Self.golden("segments")
        // The same summary, with its offsets, in a file that lacks the last chunk.
        let chunk = try #require(try Compacting.chunks(of: bytes).last).place.lowerBound
        let footer = try #require(Footer(footerAndMagic: Array(bytes.suffix(37))))
        let cut = Int(footer.summaryStart) - 13 - chunk
        var moved = footer
        moved.summaryStart -= UInt64(cut)
        moved.summaryOffsetStart -= UInt64(cut)
        var short = bytes
        short.removeSubrange(chunk..<chunk + cut)
        let summary = short[Int(moved.summaryStart)..<short.count - 37]
        var covered = Array(summary) + [2, 20, 0, 0, 0, 0, 0, 0, 0]
        covered += Self.bytes(moved.summaryStart) + Self.bytes(moved.summaryOffsetStart)
        var crc = CRC32()
        crc.add(covered)
        short.replaceSubrange(
            (short.count - 37)...,
            with: covered.suffix(25) + Self.bytes(UInt64(crc.value)).prefix(4) + MCAP.magic
        )
        #expect(throws: SummaryFlaw.pointsOutside("a ChunkIndex")) { try Self.overview(of: short) }
    }

    @Test func `a file without summary or checksum is not believed`() throws {
        var bytes = try Self.golden("minimal")
        let crcStart = bytes.count - 12
        bytes.replaceSubrange(crcStart..<crcStart + 4, with: [0, 0, 0, 0])
        #expect(throws: SummaryFlaw.unchecked) { try Self.overview(of: bytes) }
        let startField = bytes.count - 28
        bytes.replaceSubrange(startField..<startField + 8, with: [UInt8](repeating: 0, count: 8))
        #expect(throws: SummaryFlaw.missing) { try Self.overview(of: bytes) }
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
}
