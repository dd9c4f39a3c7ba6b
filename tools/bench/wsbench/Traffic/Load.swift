/// The sending half of a transfer.
struct Load: Sending {
    let block: FrameBlock
    let bytesTotal: Int
    private var bytesSent = 0

    init(block: FrameBlock, bytesTotal: Int) {
        self.block = block
        self.bytesTotal = bytesTotal
    }

    var isDone: Bool { bytesSent == bytesTotal }

    /// Sends one write's worth: from the position in the block to its end.
    mutating func send(to client: Socket) throws {
        let position = bytesSent % block.bytes.count
        let count = min(block.bytes.count - position, bytesTotal - bytesSent)
        let moved = try block.bytes.withUnsafeBytes { bytes in
            try client.send(UnsafeRawBufferPointer(rebasing: bytes[position..<position + count]))
        }
        if case .bytes(let count) = moved { bytesSent += count }
    }
}
