extension Bench {
    /// Captures hold every byte and an index besides; three times the largest run is plenty.
    private static let captureBytesPerByteMax = 3

    /// Refuses to begin what would fill the disk.
    func checkSpace() throws {
        let recorders = peers.filter { [.wsproxy, .dumpcap].contains($0.name.kind) }.count
        guard recorders > 0 else { return }
        let turns = recorders * (plan.rounds + 1) * plan.payloadBytes.count
        let kept = keep ? turns * plan.relayBytes : 0
        let largest = max(plan.relayBytes, plan.memoryBytes + plan.memoryWarmUpBytes)
        let needed = UInt64((kept + largest) * Self.captureBytesPerByteMax)
        guard folder.bytesFree < needed else { return }
        throw BenchError(
            .cannotCreate,
            "\(folder.path) has \(folder.bytesFree >> 20) MiB left and captures may need "
                + "\(needed >> 20) MiB; choose another disk with --capture-folder, "
                + "or fewer --megabytes."
        )
    }
}

extension Bench {
    /// Memory for the records of so many frames; refuses to begin what would not fit.
    func wire(_ records: RecordFill, _ frames: Int, of block: FrameBlock) throws -> Wire {
        let needed = Wire.bytes(frames, of: block)
        let available = Machine.memoryAvailable
        guard available > needed else {
            throw BenchError(
                .unavailable,
                "TLS runs keep their records in memory: \(needed >> 20) MiB, and "
                    + "\(available >> 20) MiB are available. Ask for fewer --megabytes."
            )
        }
        return Wire(records, frames, of: block)
    }
}
