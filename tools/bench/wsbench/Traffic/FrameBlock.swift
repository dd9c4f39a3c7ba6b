import Vocabulary

/// A run of whole client frames of one size, built before the clock starts and sent again and
/// again with large writes.
struct FrameBlock {
    /// The payload of each frame, in bytes.
    let payloadBytes: Int
    /// One frame with its header, in bytes.
    let frameBytes: Int
    /// The frames, one behind the other.
    let bytes: [UInt8]

    /// The size of a block, in bytes: large enough that system calls do not count, small enough to
    /// stay in a core's own cache.
    static let bytesMax = 256 * 1024

    /// Builds a block whose every frame has a payload and a masking key of its own.
    init(payloadBytes: Int) {
        var generator = SeededGenerator(seed: UInt64(payloadBytes))
        var bytes = Frame.masked(payloadBytes: payloadBytes, from: &generator)
        let frameBytes = bytes.count
        while bytes.count + frameBytes <= Self.bytesMax {
            bytes += Frame.masked(payloadBytes: payloadBytes, from: &generator)
        }
        self.payloadBytes = payloadBytes
        self.frameBytes = frameBytes
        self.bytes = bytes
    }

    /// The frames that make up at least so many bytes.
    func frames(coveringBytes count: Int) -> Int {
        (count + frameBytes - 1) / frameBytes
    }
}
