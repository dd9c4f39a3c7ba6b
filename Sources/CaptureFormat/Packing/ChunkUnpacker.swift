/// Unpacks the records of one compressed chunk, and finds where each of them ends.
///
/// Compressed bytes go in as they come; whole records come out one by one. Memory holds the record that
/// is being unpacked and one piece of output, never by what a length claims but as bytes really come out.
struct ChunkUnpacker: ~Copyable {
    /// What stands at the front of what has been unpacked.
    enum Found: Equatable {
        /// A whole record: its place in ``withBytes(_:)``.
        case record(Range<Int>)
        /// A whole record has not been unpacked yet.
        case nothing
        /// All bytes that the chunk's head names have been handed out.
        case end
        /// No record can begin here.
        case malformed(detail: String)
    }

    private let decompressor: Decompressor
    private let declaredByteCount: UInt64
    private var producedByteCount: UInt64 = 0
    private var isAtFrameEnd = true
    private var output: [UInt8]
    /// Of `output`, what has been unpacked and not been handed out.
    private var pending = 0..<0

    /// How much is unpacked at once, in bytes.
    static let pieceByteCount = 1 << 17

    /// Begins a chunk.
    ///
    /// - Parameters:
    ///   - compression: How it is compressed.
    ///   - declaredByteCount: How many bytes its head says that come out.
    /// - Throws: ``CompressionError/cannotStart``.
    init(_ compression: ChunkCompression, declaredByteCount: UInt64) throws(CompressionError) {
        decompressor = try Decompressor(compression)
        self.declaredByteCount = declaredByteCount
        let first = min(declaredByteCount, UInt64(Self.pieceByteCount))
        // One byte more than declared shows whether there is more than declared.
        output = [UInt8](repeating: 0, count: Int(first) + 1)
    }

    /// Finds the next record.
    mutating func next() -> Found {
        let left = declaredByteCount - (producedByteCount - UInt64(pending.count))
        guard left > 0 else { return .end }
        guard left >= UInt64(MCAP.recordHeadByteCount) else {
            return .malformed(detail: "\(left) bytes at the end of a chunk")
        }
        guard pending.count >= MCAP.recordHeadByteCount else { return .nothing }
        guard output[pending.lowerBound] != 0 else {
            return .malformed(detail: "zeros where a record should begin")
        }
        let length = MCAP.integer(output[(pending.lowerBound + 1)...].prefix(8))
        let room = left - UInt64(MCAP.recordHeadByteCount)
        guard length <= room else {
            return .malformed(
                detail: "a record of \(length) bytes with \(left) left in its chunk"
            )
        }
        guard length <= CaptureScanner.recordByteCountMax else {
            return .malformed(
                detail: "\(length) bytes, over the limit of \(CaptureScanner.recordByteCountMax)"
            )
        }
        let byteCount = MCAP.recordHeadByteCount + Int(length)
        guard pending.count >= byteCount else { return .nothing }
        let record = pending.prefix(byteCount)
        pending = record.upperBound..<pending.upperBound
        return .record(record)
    }

    /// Takes some compressed bytes and unpacks a piece; what was handed out before is gone.
    ///
    /// - Parameter input: The next bytes of the chunk; may be empty when there are no more.
    /// - Returns: How many of them were taken, and whether this was of any use.
    /// - Throws: ``CompressionError``.
    mutating func feed(
        _ input: RawSpan
    ) throws(CompressionError) -> (consumed: Int, isProgress: Bool) {
        guard input.byteCount > 0 || !isAtFrameEnd else { return (0, false) }
        makeRoom()
        let step = try decompressor.step(input, into: &output, from: pending.upperBound)
        isAtFrameEnd = step.isAtFrameEnd
        pending = pending.lowerBound..<pending.upperBound + step.produced
        producedByteCount += UInt64(step.produced)
        guard producedByteCount <= declaredByteCount else {
            throw .tooLong(declaredByteCount: declaredByteCount)
        }
        let isProgress = step.consumed > 0 || step.produced > 0
        guard isProgress || input.byteCount == 0 else { throw .stuck }
        return (step.consumed, isProgress)
    }

    /// Checks that the data may end here.
    ///
    /// - Throws: ``CompressionError/endsEarly`` or
    ///   ``CompressionError/tooShort(byteCount:declaredByteCount:)``.
    func finish() throws(CompressionError) {
        guard isAtFrameEnd else { throw .endsEarly }
        guard producedByteCount == declaredByteCount else {
            throw .tooShort(byteCount: producedByteCount, declaredByteCount: declaredByteCount)
        }
    }

    /// Lends what the ranges of found records index.
    borrowing func withBytes<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // Safety: bytes have no padding, so all of their memory is initialised.
        try body(unsafe output.span.bytes)
    }

    /// Moves what is pending to the front, and sees to it that something fits behind it.
    private mutating func makeRoom() {
        if pending.isEmpty { pending = 0..<0 }
        let shortage = Self.pieceByteCount / 2
        if pending.lowerBound > 0, output.count - pending.upperBound < shortage {
            let count = pending.count
            for index in 0..<count { output[index] = output[pending.lowerBound + index] }
            pending = 0..<count
        }
        guard pending.upperBound == output.count else { return }
        // Doubling what has really come out; never more than the head of the chunk allows.
        let left = declaredByteCount - producedByteCount + 1
        let added = Int(min(UInt64(max(Self.pieceByteCount, output.count)), left))
        output.append(contentsOf: repeatElement(0, count: added))
    }
}
