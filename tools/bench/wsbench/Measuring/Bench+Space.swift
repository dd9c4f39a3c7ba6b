extension Bench {
    /// Captures hold every byte and an index besides; three times the largest run is plenty.
    private static let captureBytesPerByteMax = 3

    /// Refuses to begin what would fill the disk.
    func checkSpace() throws {
        guard peers.contains(where: { $0.name == .wsproxy }) else { return }
        let kept = keep ? plan.rounds * plan.payloadBytes.count * plan.relayBytes : 0
        let largest = max(plan.relayBytes, plan.memoryBytes + plan.memoryWarmUpBytes)
        let needed = UInt64((kept + largest) * Self.captureBytesPerByteMax)
        guard folder.bytesFree < needed else { return }
        throw BenchError(
            .cannotCreate,
            "\(folder.path) has \(folder.bytesFree >> 20) MiB left and captures may need "
                + "\(needed >> 20) MiB; choose another disk with --folder, or fewer --megabytes."
        )
    }
}
