internal import WebSocketWire

/// Compares what arrived at a proxy with what it sent on, in one direction, while both pass.
///
/// It holds a fingerprint for each block that was not sent on yet, and nothing else.
struct LegComparison {
    /// A block of a flow: where the flows differ is known to so many bytes.
    static let blockByteCount: UInt64 = 4096
    /// Blocks that are waited for; a proxy that holds more back is not compared any further.
    static let blockCountMax = 16_384

    /// One flow, cut into blocks.
    private struct Flow {
        var byteCount: UInt64 = 0
        var digest = Self.seed

        static let seed: UInt64 = 0xCBF2_9CE4_8422_2325

        /// Takes bytes and gives the digests of the blocks that end with them.
        mutating func take(_ bytes: RawSpan, _ finished: (UInt64) -> Void) {
            for index in 0..<bytes.byteCount {
                // FNV-1a: one byte at a time, so that segments of any size give the same.
                digest = (digest ^ UInt64(bytes.byte(at: index))) &* 0x100_0000_01B3
                byteCount += 1
                guard byteCount % LegComparison.blockByteCount == 0 else { continue }
                finished(digest)
                digest = Self.seed
            }
        }
    }

    private var arrived = Flow()
    private var sent = Flow()
    private var waiting: [UInt64] = []
    private var head = 0
    /// The first block that differs, by its first byte; `nil` while none does.
    private(set) var difference: UInt64?
    /// Whether the flows cannot be compared, or no longer.
    private(set) var isGivenUp = false

    mutating func takeArrived(_ bytes: RawSpan) {
        guard !isGivenUp else { return }
        var digests: [UInt64] = []
        arrived.take(bytes) { digests.append($0) }
        waiting += digests
        if waiting.count - head > Self.blockCountMax { giveUp() }
    }

    mutating func takeSent(_ bytes: RawSpan) {
        guard !isGivenUp else {
            sent.byteCount += UInt64(bytes.byteCount)
            return
        }
        var digests: [UInt64] = []
        let block = sent.byteCount / Self.blockByteCount
        sent.take(bytes) { digests.append($0) }
        for (index, digest) in digests.enumerated() {
            guard head < waiting.count else { return differ(at: block + UInt64(index)) }
            if waiting[head] != digest { differ(at: block + UInt64(index)) }
            head += 1
        }
        if head > 1024, head * 2 > waiting.count {
            waiting.removeFirst(head)
            head = 0
        }
    }

    /// Compares what is left over when nothing more comes.
    mutating func finish() {
        guard !isGivenUp, difference == nil else { return }
        let isMore = sent.byteCount > arrived.byteCount
        let isOther = sent.byteCount == arrived.byteCount && sent.digest != arrived.digest
        if isMore || isOther { differ(at: sent.byteCount / Self.blockByteCount) }
    }

    /// Bytes are missing in one of the flows: they cannot be compared any further.
    mutating func giveUp() {
        isGivenUp = true
        waiting = []
        head = 0
    }

    private mutating func differ(at block: UInt64) {
        if difference == nil { difference = block * Self.blockByteCount }
    }
}
