import Glibc

/// A file of packets in the pcapng format, as dumpcap writes it on this machine.
///
/// Format: draft-ietf-opsawg-pcapng, sections 4.1 (Section Header Block), 4.3 (Enhanced Packet
/// Block). Only the heads of packets are read.
struct PacketFile {
    let fileBytes: UInt64
    private let path: String

    /// The file at `path`, which must be there.
    init(_ path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw BenchError(.failed, "There is no file of packets: \(SystemError.current).")
        }
        self.path = path
        fileBytes = UInt64(status.st_size)
    }

    /// The different bytes of TCP payload to a port that the file has; what was sent twice counts
    /// once.
    func payloadBytes(toPort port: UInt16) throws -> Int {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw BenchError(.failed, "\(path) could not be read: \(SystemError.current).")
        }
        defer { close(descriptor) }
        var flows: [UInt16: Flow] = [:]
        var piece = [UInt8](repeating: 0, count: Self.headBytesMax)
        var offset: off_t = 0
        while true {
            let count = pread(descriptor, &piece, piece.count, offset)
            guard count >= Self.blockBytesMin else { break }
            let head = Head(bytes: Array(piece[..<count]))
            let blockBytes = head.littleEndian32(4)
            guard blockBytes >= Self.blockBytesMin else {
                throw BenchError(.failed, "\(path) is damaged at byte \(offset).")
            }
            if let segment = TCPSegment(head), segment.targetPort == port {
                flows[segment.sourcePort, default: Flow(sequence: segment.sequence)].add(segment)
            }
            offset += off_t(blockBytes)
        }
        return flows.values.reduce(0) { $0 + $1.bytes }
    }

    /// A block's own head (8), a packet's (20), Ethernet (14), IPv4 and TCP with all options (60
    /// each).
    private static let headBytesMax = 8 + 20 + 14 + 60 + 60
    /// The smallest block has its type and, twice, its length.
    private static let blockBytesMin = 12
}

/// The first bytes of a block.
private struct Head {
    let bytes: [UInt8]

    func littleEndian32(_ offset: Int) -> Int {
        guard offset + 4 <= bytes.count else { return 0 }
        return (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
    }

    func bigEndian(_ offset: Int, count: Int) -> Int {
        guard offset + count <= bytes.count else { return 0 }
        return bytes[offset..<offset + count].reduce(0) { $0 << 8 | Int($1) }
    }
}

/// A TCP segment over IPv4 over Ethernet, which is what the loopback interface looks like.
private struct TCPSegment {
    var sourcePort: UInt16
    var targetPort: UInt16
    var sequence: UInt32
    /// Bytes of its payload that are in the file.
    var payloadBytes: Int

    /// Nil when the block is no such packet.
    init?(_ head: Head) {
        let enhancedPacketBlock = 6
        let captured = head.littleEndian32(20)
        let network = 28 + 14
        guard head.littleEndian32(0) == enhancedPacketBlock,
            head.bigEndian(28 + 12, count: 2) == 0x0800,
            head.bigEndian(network + 9, count: 1) == IPPROTO_TCP
        else { return nil }
        let transport = network + (head.bigEndian(network, count: 1) & 0xF) * 4
        let payload = transport + (head.bigEndian(transport + 12, count: 1) >> 4) * 4
        sourcePort = UInt16(head.bigEndian(transport, count: 2))
        targetPort = UInt16(head.bigEndian(transport + 2, count: 2))
        sequence = UInt32(head.bigEndian(transport + 4, count: 4))
        payloadBytes = max(0, captured - (payload - 28))
    }
}

/// The segments of one connection in one direction.
private struct Flow {
    /// Where a segment's payload begins and ends, counted from the first segment's sequence number.
    private var ranges: [Range<Int>] = []
    private var last: (sequence: UInt32, position: Int)

    init(sequence: UInt32) {
        last = (sequence, 0)
    }

    mutating func add(_ segment: TCPSegment) {
        guard segment.payloadBytes > 0 else { return }
        // Sequence numbers wrap (RFC 9293 §3.4): what is near the last one is what is meant.
        let step = Int(Int32(bitPattern: segment.sequence &- last.sequence))
        last = (segment.sequence, last.position + step)
        ranges.append(last.position..<last.position + segment.payloadBytes)
    }

    /// The bytes that any segment has.
    var bytes: Int {
        var total = 0
        var end = Int.min
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            total += max(0, range.upperBound - max(end, range.lowerBound))
            end = max(end, range.upperBound)
        }
        return total
    }
}
