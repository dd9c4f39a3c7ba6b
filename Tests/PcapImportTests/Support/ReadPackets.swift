import CaptureFormat
import Dissection
import Exports
import Foundation
import PcapImport
import Verification
import Vocabulary

/// Everything that a packet file holds, read as the commands read it.
struct ReadPackets {
    /// One connection with its ends.
    struct Connection {
        var client: String
        var server: String
        var isAccepted: Bool
        var isRefused: Bool
        var closed: ClosedRecord?
    }

    private(set) var frames: [FrameLine] = []
    private(set) var messages: [MessageLine] = []
    private(set) var connections: [ConnectionID: Connection] = [:]
    private(set) var gaps: [GapRecord] = []
    private(set) var notes: [String] = []
    private(set) var handshakes: [HandshakeRecord] = []
    private(set) var state = CaptureFileState()
    private(set) var verdict: Verdict
    private(set) var recordCount = 0

    init(_ path: String, options: DissectionOptions = DissectionOptions()) throws {
        guard let file = PacketFile.recognise(path) else { throw NoPacketFile(path: path) }
        let reader = try PacketReader(file, options: options)
        var frameListing = FrameListing(filter: FrameFilter())
        var messageListing = MessageListing(filter: FrameFilter(), pointers: [])
        var verifier = Verifier()
        var frames: [FrameLine] = []
        var messages: [MessageLine] = []
        var records: [CaptureRecord] = []
        let state = try reader.read { entry, bytes in
            frames += frameListing.take(entry, bytes: bytes)
            messages += messageListing.take(entry, bytes: bytes)
            verifier.observe(entry, bytes: bytes)
            records.append(entry.record)
        }
        self.frames = frames + frameListing.finish()
        self.messages = messages + messageListing.finish()
        self.state = state
        verdict = verifier.finish(
            fileState: state.isDamaged ? .damaged(reason: "\(state.damage[0])") : .sealed
        )
        recordCount = records.count
        for record in records { note(record) }
    }

    /// The connections in their order.
    var ordered: [(id: ConnectionID, connection: Connection)] {
        connections.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// The data messages of a flow.
    func data(_ connection: ConnectionID, _ direction: Direction) -> [MessageLine] {
        messages.filter {
            $0.message.isData && $0.message.connection == connection
                && $0.message.direction == direction
        }
    }

    private mutating func note(_ record: CaptureRecord) {
        switch record {
        case .opened(let opened):
            let known = connections[opened.connection]
            let isClient = opened.leg == .downstream
            connections[opened.connection] = Connection(
                client: isClient ? opened.remote : known?.client ?? "",
                server: isClient ? known?.server ?? "" : opened.remote,
                isAccepted: known?.isAccepted ?? false,
                isRefused: known?.isRefused ?? false
            )
        case .handshake(let handshake):
            handshakes.append(handshake)
            if handshake.isAccepted {
                connections[handshake.connection]?.isAccepted = true
            } else {
                connections[handshake.connection]?.isRefused = true
            }
        case .resumed(let resumed): connections[resumed.connection]?.isAccepted = true
        case .closed(let closed): connections[closed.connection]?.closed = closed
        case .gap(let gap): gaps.append(gap)
        case .notice(let notice) where notice.topic == NoticeRecord.importTopic:
            notes.append(notice.text)
        default: return
        }
    }
}

/// A file is not what it should be.
struct NoPacketFile: Error, CustomStringConvertible {
    var path: String
    var description: String { "\(path) is no packet file" }
}

/// Folders of packet files.
enum PacketFolder {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    /// Recorded by this project.
    static let own = root.appending(path: "captures/pcap")
    /// Other projects' captures, where they lie beside this one.
    static let shared = root.deletingLastPathComponent().appending(path: "shared/pcaps")

    static var hasShared: Bool { FileManager.default.fileExists(atPath: shared.path()) }

    /// The packet files of a folder.
    static func files(in folder: URL) -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder.path())
        } catch {
            return []
        }
        let endings = [".pcap", ".pcapng", ".pcap.gz"]
        return names.filter { name in endings.contains { name.hasSuffix($0) } }.sorted()
    }
}
