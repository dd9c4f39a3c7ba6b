internal import CaptureFormat

/// Finishes a capture whose writer was killed, in place.
public enum CaptureSealer {
    /// What sealing did.
    public enum Outcome: Equatable, Sendable {
        /// The file had an end already.
        case alreadySealed
        /// The file now has an end.
        case sealed(recordCount: UInt64, tornByteCount: UInt64)
    }

    /// Seals the file at `path`: brings home what is in its ring, cuts a torn last record, writes the
    /// missing chunk head, indexes and summary.
    ///
    /// Interrupting it does no harm; sealing again completes it.
    ///
    /// - Throws: ``StoreError/inUse(path:)`` while its writer lives, ``StoreError/cannotSeal(path:_:)`` when
    ///   there are records behind a damage.
    public static func seal(_ path: String) throws -> Outcome {
        if try CaptureFile(path, looksIntoRing: false).endsLikeSealed() {
            return .alreadySealed
        }
        let writer = try FileWriter(opening: path)
        do {
            let outcome = try seal(writer)
            try writer.close()
            return outcome
        } catch {
            try writer.close()
            throw error
        }
    }

    /// Removes rings in a folder in which nothing is left.
    ///
    /// - Parameter folder: Where to look.
    /// - Returns: Rings that hold the end of a capture that is not there; they are left alone.
    public static func removeEmptyRings(in folder: String) -> [String] {
        RingRecovery.removeEmpty(in: folder)
    }

    private static func seal(_ writer: FileWriter) throws -> Outcome {
        let ring = try RingRecovery.recover(writer)
        let file = try CaptureFile(writer.path, looksIntoRing: false)
        if ring.hadRing, file.byteCount == 0 {
            // Killed before the first byte: nothing was forwarded either.
            throw StoreError.refused(path: writer.path, .empty)
        }
        var plan = SealPlan(distrustsTail: ring.isOfEarlierBoot)
        let completion = try file.scan { item, record, offset, window in
            plan.note(item, record: record, offset: offset, in: window)
        }
        guard completion != .sealed else {
            try RingRecovery.forget(writer)
            return .alreadySealed
        }
        let steps: SealPlan.Steps
        do throws(CaptureDamage) {
            steps = try plan.finish(fileByteCount: file.byteCount)
        } catch {
            throw StoreError.cannotSeal(path: writer.path, error)
        }
        try writer.truncate(to: steps.byteCount)
        for patch in steps.patches { try writer.write(patch.bytes.span.bytes, at: patch.offset) }
        try writer.write(steps.tail.span.bytes, at: steps.byteCount)
        try RingRecovery.forget(writer)
        return .sealed(recordCount: steps.recordCount, tornByteCount: steps.tornByteCount)
    }
}
