import CaptureFormat
import Dissection
import Exports
import Foundation
import PcapImport
import TestKit
import Testing
import Verification
import Vocabulary

/// This project's own packet captures against what the peers themselves noted.
struct OwnCapturesTests {
    static let names = PacketFolder.files(in: PacketFolder.own)

    private func read(_ name: String) throws -> ReadPackets {
        try ReadPackets(PacketFolder.own.appending(path: name).path())
    }

    @Test func `there are captures`() {
        #expect(Self.names.count > 30)
    }

    @Test(arguments: names)
    func `Messages are those that the peers noted`(name: String) throws {
        let truth = try Truth(of: name)
        guard truth.damage == nil else { return }
        let read = try read(name)
        let connections = read.ordered
        let expected = truth.connections.filter {
            $0.outcome != "tls" && $0.leg != "proxy to dashboard"
        }
        #expect(connections.count == expected.count)
        for (found, wanted) in zip(connections, expected) {
            #expect(found.connection.isAccepted == (wanted.outcome == "accepted"))
            for direction in Direction.allCases {
                guard let messages = wanted.messages(direction) else { continue }
                let data = read.data(found.id, direction).filter(\.message.isComplete)
                    .map { Truth.Message($0) }
                // A connection with a breach goes on behind what is right.
                let compared = wanted.violation == nil ? data : Array(data.prefix(messages.count))
                #expect(compared == messages, "\(found.id) \(direction)")
            }
            guard wanted.violation == nil, let closed = found.connection.closed else { continue }
            #expect(closed.clientClose.map(Truth.Close.init) == wanted.close?.client)
            #expect(closed.serverClose.map(Truth.Close.init) == wanted.close?.server)
        }
        #expect(read.gaps.isEmpty)
        #expect(!read.state.isDamaged)
    }

    /// Where bytes are gone, what is read is a part of the truth, and what is missing is said.
    @Test(arguments: names)
    func `Of what was damaged the rest is read, and nothing is made up`(name: String) throws {
        guard let source = try Truth(of: name).damage else { return }
        let whole = try self.read("\(source).pcap")
        let read = try read(name)
        for direction in Direction.allCases {
            let all = whole.messages.filter { $0.message.direction == direction }
            var rest = all.map(\.sha256)[...]
            var count = 0
            for line in read.messages
            where line.message.direction == direction && line.message.content == .whole {
                guard let index = rest.firstIndex(of: line.sha256) else {
                    Issue.record("\(line.reference) was never sent: \(line.text ?? "")")
                    continue
                }
                rest = rest[(index + 1)...]
                count += 1
            }
            #expect(count > 0 && count <= all.count)
        }
        #expect(read.frames.count < whole.frames.count)
        #expect(!read.gaps.isEmpty || !read.notes.isEmpty)
        #expect(read.verdict.figures.lostCount == 0, "what is not in the file is not lost")
    }

    /// `RECORD=1` rewrites the listings.
    @Test(arguments: names)
    func `The listing is the committed one`(name: String) throws {
        let read = try read(name)
        var lines = read.frames.map { $0.line(width: 100) }
        lines += read.gaps.map { gap in
            let flow = gap.runs.map { "\($0.connection) \($0.direction.arrow) #\($0.first)" }
            return "gap  \(flow.joined())  \(gap.streamByteCount) B: \(gap.reason)"
        }
        lines += read.state.damage.map { "damage  \($0)" }
        lines += read.notes.map { "note  \($0)" }
        lines.append("verdict  \(read.verdict.outcome)")
        let file = GoldenFile("captures/pcap/golden/\(name).txt")
        #expect(try file.difference(from: lines.joined(separator: "\n") + "\n") == nil)
    }

    @Test(arguments: [
        ("clean.pcap", Outcome.pass), ("both-legs.pcap", .pass), ("killed.pcap", .fail),
        ("clean-dropped.pcap", .inconclusive), ("violations.pcap", .fail),
        ("tls.pcap", .inconclusive),
    ])
    func `The verdict is what happened`(name: String, outcome: Outcome) throws {
        #expect(try read(name).verdict.outcome == outcome)
    }

    @Test func `Lost is what the bot dropped, and what the dashboard never had is among the named`()
        throws
    {
        let truth = try Truth(of: "killed.pcap")
        let verdict = try read("killed.pcap").verdict
        #expect(verdict.figures.lostCount == UInt64(truth.droppedByBot ?? 0))
        let received = truth.connections.reduce(0) { $0 + ($1.received?.count ?? 0) }
        let missing = (truth.published?.count ?? 0) - received
        #expect(verdict.figures.lostCount + verdict.figures.unknownCount >= UInt64(missing))
    }

    @Test func `A pcap of both legs and what wsproxy recorded hold the same messages`() throws {
        let packets = try read("both-legs.pcap")
        var listing = MessageListing(filter: FrameFilter(), pointers: [])
        var recorded: [MessageLine] = []
        let path = PacketFolder.own.appending(path: "both-legs.wscap").path()
        _ = try CaptureStoreReading.read(path) { entry, bytes in
            recorded += listing.take(entry, bytes: bytes)
        }
        for direction in Direction.allCases {
            func lines(_ all: [MessageLine]) -> [String] {
                all.filter { $0.message.direction == direction }
                    .map { "\($0.message.opcode) \($0.message.payloadByteCount) \($0.sha256)" }
            }
            #expect(lines(packets.messages) == lines(recorded))
        }
    }

    @Test func `Progress tells what each acknowledgement told`() throws {
        let path = PacketFolder.own.appending(path: "clean.pcap").path()
        let file = try #require(PacketFile.recognise(path))
        var acknowledged: UInt64 = 0
        var count = 0
        _ = try PacketReader(file).read { entry, _ in
            guard case .progress(let progress) = entry.record else { return }
            #expect(progress.upstream.acknowledged >= acknowledged)
            #expect(progress.upstream.acknowledged <= progress.upstream.written)
            #expect(progress.upstream.isKnown && progress.downstream.isKnown)
            acknowledged = progress.upstream.acknowledged
            count += 1
        }
        #expect(count > 10)
        #expect(acknowledged > 1000)
    }

    @Test func `Importing gives a sealed capture with the same records`() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "wscap-import-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { Scratch.remove(folder) }
        for name in ["clean.pcap", "refused.pcap", "clean-dropped.pcap", "clean.pcap.gz"] {
            let path = PacketFolder.own.appending(path: name).path()
            let file = try #require(PacketFile.recognise(path))
            let target = folder.appending(path: "\(name).wscap").path()
            let outcome = try PacketImporter.write(file, to: target)
            var direct: [CaptureEntry] = []
            _ = try PacketReader(file).read { entry, _ in direct.append(entry) }
            var stored: [CaptureEntry] = []
            let state = try CaptureStoreReading.read(target) { entry, _ in stored.append(entry) }
            #expect(state.completion == .sealed && !state.isDamaged)
            #expect(stored.map(\.time) == direct.map(\.time))
            #expect(stored.map(\.record.name) == direct.map(\.record.name))
            #expect(outcome.figures.packetCount > 0)
        }
    }
}
