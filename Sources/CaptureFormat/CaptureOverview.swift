public import Vocabulary

/// What the summary of a sealed capture says of it, without a look at its records.
public struct CaptureOverview: Equatable, Sendable {
    /// How many messages a channel has.
    public struct Channel: Equatable, Sendable {
        /// The MCAP channel id.
        public var id: UInt16
        /// The topic.
        public var topic: String
        /// How many messages it has.
        public var messageCount: UInt64
    }

    /// The chunks of one compression.
    public struct Packing: Equatable, Sendable {
        /// The compression's name as MCAP has it; empty for none.
        public var compression: String
        /// How many chunks there are.
        public var chunkCount: UInt64 = 0
        /// Bytes that their records take in the file.
        public var storedByteCount: UInt64 = 0
        /// Bytes of their records when unpacked.
        public var byteCount: UInt64 = 0

        /// Begins with no chunks.
        public init(compression: String) {
            self.compression = compression
        }

        /// Adds a chunk.
        public mutating func add(storedByteCount stored: UInt64, byteCount count: UInt64) {
            chunkCount += 1
            storedByteCount = storedByteCount.addingClamped(stored)
            byteCount = byteCount.addingClamped(count)
        }
    }

    /// All messages.
    public var messageCount: UInt64 = 0
    /// The `log_time` of the first message; `nil` when there is none.
    public var first: Instant?
    /// The `log_time` of the last message; `nil` when there is none.
    public var last: Instant?
    /// The channels, by id.
    public var channels: [Channel] = []
    /// The chunks, by compression, in the order in which they first appear.
    public var packings: [Packing] = []

    /// Begins with nothing.
    public init() {}

    /// All chunks.
    public var chunkCount: UInt64 { packings.reduce(0) { $0 + $1.chunkCount } }
}

extension UInt64 {
    /// The sum, or the largest number when it does not fit.
    fileprivate func addingClamped(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
