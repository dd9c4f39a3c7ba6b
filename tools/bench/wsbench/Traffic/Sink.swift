/// The receiving half of a transfer: counts bytes, and keeps the last frame to prove that the
/// stream ended where it should, with the bytes that it should.
struct Sink: Draining {
    let block: FrameBlock
    let bytesTotal: Int
    private(set) var bytesReceived = 0
    private var lastFrame: [UInt8] = []
    private var piece: [UInt8]

    /// The most that one call drops, in bytes.
    static let bytesPerCallMax = 4 << 20

    init(block: FrameBlock, bytesTotal: Int) {
        self.block = block
        self.bytesTotal = bytesTotal
        piece = [UInt8](repeating: 0, count: block.frameBytes)
    }

    var isDone: Bool { bytesReceived == bytesTotal }

    /// Takes what has arrived with one call.
    mutating func drain(_ server: Socket) throws {
        let bytesBeforeLastFrame = bytesTotal - block.frameBytes - bytesReceived
        let moved =
            bytesBeforeLastFrame > 0
            ? try server.discard(atMost: min(bytesBeforeLastFrame, Self.bytesPerCallMax))
            : try receiveLastFrame(from: server)
        switch moved {
        case .bytes(let count): bytesReceived += count
        case .nothing: break
        case .end:
            throw BenchError(
                .failed,
                "The proxy closed early: \(bytesReceived) of \(bytesTotal) bytes arrived."
            )
        }
    }

    /// Compares the end of the stream with what was sent there: its bytes, or only its payload when
    /// the proxy masks anew.
    func checkLastFrame(frames: Int, masksAnew: Bool) throws {
        let framesPerBlock = block.bytes.count / block.frameBytes
        let start = (frames - 1) % framesPerBlock * block.frameBytes
        let sent = Array(block.bytes[start..<start + block.frameBytes])
        let isSame =
            masksAnew
            ? Frame.payload(ofMasked: lastFrame, payloadBytes: block.payloadBytes)
                == Frame.payload(ofMasked: sent, payloadBytes: block.payloadBytes)
            : lastFrame == sent
        guard isSame else {
            throw BenchError(
                .failed,
                "The proxy changed bytes: the last frame is not what was sent."
            )
        }
    }

    private mutating func receiveLastFrame(from server: Socket) throws -> Moved {
        let missing = bytesTotal - bytesReceived
        let moved = try piece.withUnsafeMutableBytes { bytes in
            try server.receive(into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<missing]))
        }
        if case .bytes(let count) = moved { lastFrame += piece.prefix(count) }
        return moved
    }
}
