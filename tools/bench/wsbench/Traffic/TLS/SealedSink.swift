import Glibc

/// The receiving half of a transfer over TLS: keeps all records as they come, reads of each only
/// how long it is, and decrypts and compares every byte when the clock has stopped.
struct SealedSink: Draining {
    let bytesTotal: Int
    /// Bytes of content in the records that are complete.
    private(set) var bytesReceived = 0
    private let memory: WireMemory
    /// Wire bytes that are in memory.
    private var bytesKept = 0
    /// Where the first record begins that is not complete.
    private var nextRecord = 0
    private var records = 0

    /// The most of one call, in bytes.
    private static let bytesPerCallMax = 1 << 20

    init(contentBytes: Int, in memory: WireMemory) {
        bytesTotal = contentBytes
        self.memory = memory
    }

    var isDone: Bool { bytesReceived >= bytesTotal }

    /// Bytes of content in a record, on average.
    var recordBytes: Double { Double(bytesReceived) / Double(max(records, 1)) }

    mutating func drain(_ server: Socket) throws {
        let end = min(memory.bytes.count, bytesKept + Self.bytesPerCallMax)
        guard end > bytesKept else {
            throw BenchError(.failed, "The proxy's records are too small to keep all of them.")
        }
        let space = UnsafeMutableRawBufferPointer(rebasing: memory.bytes[bytesKept..<end])
        switch try server.receive(into: space) {
        case .bytes(let count): try keep(count)
        case .nothing: break
        case .end:
            throw BenchError(
                .failed,
                "The proxy closed early: \(bytesReceived) of \(bytesTotal) bytes arrived."
            )
        }
    }

    private mutating func keep(_ count: Int) throws {
        bytesKept += count
        let kept = UnsafeRawBufferPointer(rebasing: memory.bytes[..<bytesKept])
        while let sizes = try TLSRecord.sizes(at: nextRecord, of: kept),
            nextRecord + sizes.record <= bytesKept
        {
            nextRecord += sizes.record
            bytesReceived += sizes.content
            records += 1
        }
    }

    /// Decrypts everything and compares it with the block, repeated.
    func check(_ block: FrameBlock, with session: TLSSession) throws {
        var taken = 0
        var checked = 0
        var piece = [UInt8](repeating: 0, count: TLSRecord.contentBytesMax)
        while taken < bytesKept {
            let end = min(bytesKept, taken + Self.bytesPerCallMax)
            try session.takeWire(UnsafeRawBufferPointer(rebasing: memory.bytes[taken..<end]))
            taken = end
            while case .bytes(let count) = try piece.withUnsafeMutableBytes(session.read) {
                guard block.repeats(piece[..<count], at: checked) else {
                    throw BenchError(
                        .failed,
                        "The proxy changed bytes: a frame is not what was sent."
                    )
                }
                checked += count
            }
        }
        guard checked == bytesTotal else {
            throw BenchError(
                .failed,
                "The proxy sent the server \(checked) bytes of \(bytesTotal) that it was sent."
            )
        }
    }
}

extension FrameBlock {
    /// Whether bytes are those at a position of the block when it is sent over and over.
    fileprivate func repeats(_ piece: ArraySlice<UInt8>, at position: Int) -> Bool {
        var piece = piece
        var start = position % bytes.count
        while !piece.isEmpty {
            let count = min(piece.count, bytes.count - start)
            guard piece.prefix(count) == bytes[start..<start + count] else { return false }
            piece = piece.dropFirst(count)
            start = 0
        }
        return true
    }
}
