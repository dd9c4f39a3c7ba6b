import CaptureFormat
import Foundation
import TestKit
import Testing
import Vocabulary

/// Damaged captures by the thousand, each read in every way there is.
///
/// `FUZZ_COUNT=1000000` asks for more of them, `SEED=…` for one again.
@Suite struct FuzzSmokeTests {
    /// How many changed captures are tried.
    private static let count =
        ProcessInfo.processInfo.environment["FUZZ_COUNT"].flatMap(UInt64.init) ?? 20_000
    /// The seeds are spread over this many tests, which run side by side.
    private static let laneCount: UInt64 = 4

    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The golden captures, plain and compressed, and the corpus.
    private static let corpus: [[UInt8]] = {
        let golden = GoldenCapture.all.map { $0.make() }
        let packed = ChunkCompression.allCases.flatMap { compression in
            golden.compactMap { bytes -> [UInt8]? in
                do {
                    return try Compacting.compact(
                        bytes,
                        packing: ChunkPacking(compression),
                        chunkByteCount: 1000
                    )
                } catch {
                    return nil  // The unfinished one.
                }
            }
        }
        return golden + packed + stored
    }()

    /// captures/fuzz.
    private static let stored: [[UInt8]] = {
        do {
            let folder = root.appending(path: "captures/fuzz")
            return try FileManager.default.contentsOfDirectory(atPath: folder.path())
                .filter { !$0.hasSuffix(".md") }
                .sorted()
                .map { Array(try Data(contentsOf: folder.appending(path: $0))) }
        } catch {
            return []
        }
    }()

    @Test func `the corpus is read as it is, whatever is wrong with it`() throws {
        #expect(Self.stored.count > 5)
        #expect(Self.stored.reduce(0) { $0 + $1.count } < 500_000)
        for bytes in Self.corpus {
            for windowByteCount in [1, 7, 64, 4096] {
                try CaptureProbe.examine(bytes, windowByteCount: windowByteCount)
            }
        }
    }

    @Test(arguments: 0..<laneCount)
    func `changed captures are read to their end, and the same in any windows`(
        lane: UInt64
    ) throws {
        let before = Self.memoryByteCount
        let asked = ProcessInfo.processInfo.environment["SEED"].flatMap(UInt64.init)
        for number in stride(from: lane, to: Self.count, by: Int(Self.laneCount)) {
            let seed = asked ?? 0xF022_0000_0000 + number
            var mutator = CaptureMutator(seed: seed, corpus: Self.corpus)
            let bytes = mutator.next()
            do throws(CaptureProbe.Violation) {
                try CaptureProbe.examine(bytes, windowByteCount: Int(1 + seed % 1021))
            } catch {
                let file = FileManager.default.temporaryDirectory
                    .appending(path: "wscap-fuzz-\(seed).wscap")
                try Data(bytes).write(to: file)
                Issue.record("SEED=\(seed), kept as \(file.path()): \(error)")
                return
            }
            if asked != nil { return }
        }
        // No length in a few kilobytes is worth so much memory.
        #expect(Self.memoryByteCount - before < 512 << 20)
    }

    /// The most memory that this process has had so far, in bytes.
    private static var memoryByteCount: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
    }
}
