import CaptureFormat
import Exports
import Foundation
import PcapImport
import TestKit
import Testing
import Verification
import Vocabulary

/// Damaged packet files by the thousand, each read as the commands read it.
///
/// `FUZZ_COUNT=100000` asks for more of them, `SEED=…` for one again.
@Suite struct MutationTests {
    private static let count =
        ProcessInfo.processInfo.environment["FUZZ_COUNT"].flatMap(UInt64.init) ?? 2000
    /// The seeds are spread over this many tests, which run side by side.
    private static let laneCount: UInt64 = 2

    /// This project's own packet files that are not packed.
    private static let corpus: [[UInt8]] = PacketFolder.files(in: PacketFolder.own)
        .filter { !$0.hasSuffix(".gz") }
        .compactMap { name in
            FileManager.default.contents(atPath: PacketFolder.own.appending(path: name).path())
                .map(Array.init)
        }

    @Test(arguments: 0..<laneCount)
    func `Whatever is done to a file, reading it ends and says what is wrong`(lane: UInt64) throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "wscap-mutations-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { Scratch.remove(folder) }
        let file = folder.appending(path: "changed.pcap")
        var readable = 0
        for seed in Seeds.some(Int(Self.count)) where seed % Self.laneCount == lane {
            var mutator = PacketFileMutator(seed: seed, corpus: Self.corpus)
            try Data(mutator.next()).write(to: file)
            do {
                let read = try ReadPackets(file.path())
                readable += 1
                #expect(read.recordCount > 0, "SEED=\(seed)")
            } catch is PacketFileError {
                continue
            } catch is NoPacketFile {
                continue
            }
        }
        #expect(readable > Int(Self.count / Self.laneCount / 2) || Self.count < 100)
    }

    /// Every sample, cut at any place: nothing is made up, and what is cut is said.
    @Test(arguments: ["clean.pcap", "deflate-takeover.pcap", "clean.pcapng", "sll1.pcap"])
    func `A file that ends anywhere is read as far as it goes`(name: String) throws {
        let path = PacketFolder.own.appending(path: name).path()
        let whole = try ReadPackets(path)
        let bytes = try Data(contentsOf: URL(filePath: path))
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "wscap-cut-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { Scratch.remove(folder) }
        let file = folder.appending(path: "cut.pcap")
        for count in stride(from: 30, to: bytes.count, by: bytes.count / 97) {
            try bytes.prefix(count).write(to: file)
            do {
                let read = try ReadPackets(file.path())
                let complete = read.frames.filter(\.isComplete).map(\.sha256)
                #expect(Set(complete).isSubset(of: Set(whole.frames.map(\.sha256))))
            } catch is PacketFileError {
                continue
            }
        }
    }

    @Test func `The corpus of packets keeps the laws of reassembly`() throws {
        let folder = PacketFolder.root.appending(path: "captures/fuzz-packets")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path())
        #expect(names.count > 10)
        for name in names {
            let bytes = try Data(contentsOf: folder.appending(path: name))
            try PacketProbe.examine(Array(bytes))
        }
    }

    /// The laws of reassembly, on packets that were changed.
    @Test(arguments: Seeds.some(20))
    func `Reassembly keeps its laws whatever comes`(seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            var input: [UInt8] = [UInt8.random(in: 0...255, using: &dice)]
            for _ in 0..<Int.random(in: 1...12, using: &dice) {
                var packet = PacketBytes.ipv4(
                    PacketBytes.tcp(
                        from: UInt16.random(in: 1...2, using: &dice),
                        to: UInt16.random(in: 1...2, using: &dice),
                        sequence: UInt32.random(in: 0...30, using: &dice) &- 15,
                        acknowledgement: UInt32.random(in: 0...30, using: &dice) &- 15,
                        flags: UInt8.random(in: 0...31, using: &dice),
                        payload: dice.bytes(Int.random(in: 0...9, using: &dice))
                    )
                )
                if Int.random(in: 0...5, using: &dice) == 0 {
                    packet[Int.random(in: 0..<packet.count, using: &dice)] ^= 0x11
                }
                input += [0, UInt8(packet.count), UInt8.random(in: 0...2, using: &dice)]
                input += [UInt8.random(in: 0...255, using: &dice)] + packet
            }
            // 5 is raw IP.
            input[0] = 5
            do throws(PacketProbe.Violation) {
                try PacketProbe.examine(input)
            } catch {
                Issue.record("SEED=\(seed) \(error): \(input)")
                return
            }
        }
    }
}

/// Changes packet files: some bytes, or the packets as a whole.
private struct PacketFileMutator {
    private var bytes: CaptureMutator
    private var dice: SeededGenerator
    private let corpus: [[UInt8]]

    init(seed: UInt64, corpus: [[UInt8]]) {
        bytes = CaptureMutator(seed: seed, corpus: corpus)
        dice = SeededGenerator(seed: seed ^ 0xFACE)
        self.corpus = corpus
    }

    mutating func next() -> [UInt8] {
        guard Bool.random(using: &dice), let file = corpus.randomElement(using: &dice),
            file.starts(with: [0xD4, 0xC3, 0xB2, 0xA1])
        else { return bytes.next() }
        var packets = Self.packets(of: file)
        for _ in 0..<Int.random(in: 1...20, using: &dice) where packets.count > 2 {
            let index = Int.random(in: 0..<packets.count, using: &dice)
            switch Int.random(in: 0...3, using: &dice) {
            case 0: packets.remove(at: index)
            case 1:
                packets.insert(packets[index], at: Int.random(in: 0..<packets.count, using: &dice))
            case 2: packets.swapAt(index, Int.random(in: 0..<packets.count, using: &dice))
            default:
                // In the heads of IP and TCP most of all.
                let limit = min(packets[index].count, 16 + 90)
                let place = Int.random(in: 16..<max(17, limit), using: &dice)
                if place < packets[index].count {
                    packets[index][place] = UInt8.random(in: 0...255, using: &dice)
                }
            }
        }
        return Array(file.prefix(24)) + packets.joined()
    }

    private static func packets(of file: [UInt8]) -> [[UInt8]] {
        var packets: [[UInt8]] = []
        var start = 24
        while start + 16 <= file.count {
            let count = (0..<4).reduce(0) { $0 | Int(file[start + 8 + $1]) << (8 * $1) }
            let end = min(file.count, start + 16 + count)
            packets.append(Array(file[start..<end]))
            start = end
        }
        return packets
    }
}
