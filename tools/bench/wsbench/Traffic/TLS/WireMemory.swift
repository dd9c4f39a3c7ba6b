/// Memory for the records of a transfer, kept from run to run.
///
/// It is written to once when it is made: a page that nobody has touched costs a fault, and those
/// would be part of the first run's time.
final class WireMemory {
    let bytes: UnsafeMutableRawBufferPointer

    init(byteCount: Int) {
        bytes = .allocate(byteCount: byteCount, alignment: 4096)
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit {
        bytes.deallocate()
    }
}

/// Memory for both legs of a transfer.
struct WireMemories {
    /// What the load will send.
    let sent: WireMemory
    /// What the sink has received.
    let received: WireMemory

    /// The average content, in bytes, for which memory is there; a peer's records may be smaller
    /// than the load's, which are full.
    private static let contentBytesMin = 256

    /// Memory for so many bytes of frames.
    init(contentBytes: Int) {
        let each = Self.bytes(forContent: contentBytes) / 2
        sent = WireMemory(byteCount: each)
        received = WireMemory(byteCount: each)
    }

    /// The memory that so many bytes of frames take, on both legs together.
    static func bytes(forContent contentBytes: Int) -> Int {
        let records = contentBytes / contentBytesMin + 1
        return 2 * (contentBytes + records * (TLSRecord.headerBytes + TLSRecord.trailerBytes))
    }
}
