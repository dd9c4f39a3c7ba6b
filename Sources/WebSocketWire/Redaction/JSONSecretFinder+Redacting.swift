public import Vocabulary

extension JSONSecretFinder {
    /// Overwrites what is secret, or behind what cannot be followed, in the next bytes of the text.
    ///
    /// - Parameters:
    ///   - bytes: Holds the bytes, masked or not.
    ///   - range: Where in `bytes` they stand.
    ///   - maskKey: The key they are masked with, first byte in the lowest eight bits; what is put
    ///     in is masked with it, too.
    ///   - offset: Where they stand in their frame's payload; it chooses the key byte to begin with.
    /// - Returns: The runs that were overwritten, from `range.lowerBound`.
    public mutating func redact(
        _ bytes: inout [UInt8],
        in range: Range<Int>,
        maskKey: UInt32? = nil,
        offset: UInt64 = 0
    ) -> [BlankedRun] {
        var runs: [BlankedRun] = []
        let key = maskKey ?? 0
        var turn = UInt32(offset % 4)
        for index in range {
            let mask = UInt8(truncatingIfNeeded: key >> (8 * turn))
            turn = (turn + 1) % 4
            switch take(bytes[index] ^ mask) {
            case .plain:
                break
            case .secret(let filler):
                bytes[index] = filler ^ mask
                runs.blank(index - range.lowerBound, .secret)
            case .unreadable:
                bytes[index] = UInt8(ascii: "*") ^ mask
                runs.blank(index - range.lowerBound, .unreadable)
            }
        }
        return runs
    }
}
