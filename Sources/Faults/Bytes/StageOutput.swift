/// What a stage wants done, in order.
struct StageOutput {
    /// Goes to the next stage.
    var passed: [Passing] = []
    /// Bytes that will never go on.
    var droppedByteCount = 0
    /// The connection is to end.
    var cut: Cut?

    mutating func pass(_ chunk: Chunk) {
        passed.append(.chunk(chunk))
    }

    mutating func drop(_ chunk: Chunk) {
        droppedByteCount += chunk.byteCount
    }
}
