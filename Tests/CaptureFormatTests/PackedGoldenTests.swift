import CaptureFormat
import TestKit
import Testing

/// The compressed captures in captures/golden; their bytes are a library's, their records are ours.
@Suite struct PackedGoldenTests {
    @Test(arguments: ChunkCompression.allCases)
    func `a compressed golden capture holds the records of its plain twin`(
        compression: ChunkCompression
    ) throws {
        let plain = try GoldenFile("captures/golden/segments.wscap").bytes()
        let packed = try GoldenFile("captures/golden/packed-\(compression.rawValue).wscap").bytes()
        #expect(try Compacting.messages(of: packed) == Compacting.messages(of: plain))
        #expect(try Compacting.chunks(of: packed).map(\.head.compression) == [compression])
        for windowByteCount in [1, 16, 500, Int.max] {
            let read = ReadFile(packed, windowByteCount: windowByteCount)
            #expect(read.runs == ReadFile(plain).runs)
            #expect(read.state == ReadFile(plain).state)
        }
    }
}
