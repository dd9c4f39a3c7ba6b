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

    /// Seals the file at `path`: cuts a torn last record, writes the missing chunk head, indexes and summary.
    ///
    /// Interrupting it does no harm; sealing again completes it.
    ///
    /// - Throws: ``StoreError/inUse(path:)`` while its writer lives, ``StoreError/cannotSeal(path:_:)`` when
    ///   there are records behind a damage.
    public static func seal(_ path: String) throws -> Outcome {
        let file = try CaptureFile(path)
        if try file.endsLikeSealed() { return .alreadySealed }
        let medium = try SimpleMedium(finishing: path)
        var plan = SealPlan()
        let completion = try file.scan { item, record, offset, window in
            plan.note(item, record: record, offset: offset, in: window)
        }
        guard completion != .sealed else {
            try medium.close()
            return .alreadySealed
        }
        let steps: SealPlan.Steps
        do throws(CaptureDamage) {
            steps = try plan.finish(fileByteCount: file.byteCount)
        } catch {
            throw StoreError.cannotSeal(path: path, error)
        }
        try medium.truncate(to: steps.byteCount)
        if let patch = steps.patch { try medium.write(patch.bytes.span.bytes, at: patch.offset) }
        try medium.write(steps.tail.span.bytes, at: steps.byteCount)
        try medium.close()
        return .sealed(recordCount: steps.recordCount, tornByteCount: steps.tornByteCount)
    }
}
