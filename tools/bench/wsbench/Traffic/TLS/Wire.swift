/// What a transfer over TLS is like on the wire: how its records are filled, and memory for them.
struct Wire {
    let records: RecordFill
    /// What the load will send.
    let sent: WireMemory
    /// What the sink has received.
    let received: WireMemory

    /// The least content of a record for which memory is there, on average, in bytes.
    ///
    /// It is a frame where frames are smaller. A peer may make its records smaller than the load's.
    private static let contentBytesMin = 256

    /// Memory for so many frames of a block.
    init(_ records: RecordFill, _ frames: Int, of block: FrameBlock) {
        self.records = records
        let each = Self.bytes(frames, of: block) / 2
        sent = WireMemory(byteCount: each)
        received = WireMemory(byteCount: each)
    }

    /// The memory that so many frames take, on both legs together, in bytes.
    static func bytes(_ frames: Int, of block: FrameBlock) -> Int {
        let content = frames * block.frameBytes
        let records = content / min(block.frameBytes, contentBytesMin) + 1
        return 2 * (content + records * (TLSRecord.headerBytes + TLSRecord.trailerBytes))
    }
}
