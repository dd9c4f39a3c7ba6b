/// The sending half of a transfer over TLS: all records are made before the clock starts, so that
/// the load's own encryption is not what is measured.
struct SealedLoad: Sending {
    private let memory: WireMemory
    private let bytesTotal: Int
    private var bytesSent = 0

    /// The most of one write, in bytes.
    private static let bytesPerCallMax = 256 * 1024

    /// Encrypts `contentBytes` bytes of a block that is repeated; both are whole frames.
    init(
        _ block: FrameBlock,
        contentBytes: Int,
        in records: RecordFill,
        with session: TLSSession,
        _ memory: WireMemory
    ) throws {
        self.memory = memory
        let bytesPerWrite = records.bytesPerWrite(of: block)
        var sealed = 0
        var content = 0
        while content < contentBytes {
            let start = content % block.bytes.count
            let count = min(bytesPerWrite, contentBytes - content)
            try block.bytes.withUnsafeBytes { bytes in
                try session.write(UnsafeRawBufferPointer(rebasing: bytes[start..<start + count]))
            }
            content += count
            let space = UnsafeMutableRawBufferPointer(rebasing: memory.bytes[sealed...])
            sealed += session.giveWire(into: space)
        }
        bytesTotal = sealed
    }

    var isDone: Bool { bytesSent == bytesTotal }

    mutating func send(to client: Socket) throws {
        let end = min(bytesTotal, bytesSent + Self.bytesPerCallMax)
        let moved = try client.send(UnsafeRawBufferPointer(rebasing: memory.bytes[bytesSent..<end]))
        if case .bytes(let count) = moved { bytesSent += count }
    }
}
