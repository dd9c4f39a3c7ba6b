internal import CaptureFormat
internal import Vocabulary

/// The files that one event loop has written, one after the other.
struct RunChain {
    private let parts: [CaptureRun.Part]
    private var index = 0
    private var cursor: CaptureCursor
    private var states: [CaptureFileState] = []
    private var lastTime: Instant?
    /// A gap to be told of before the cursor's record.
    private var gap: CaptureEntry?
    private var finishedByteCount: UInt64 = 0

    /// Stands at the first record.
    init(_ parts: [CaptureRun.Part]) throws(StoreError) {
        self.parts = parts
        cursor = CaptureCursor(try CaptureFile(parts[0].path))
        try settle()
    }

    /// When the current record was written; `nil` behind the last.
    var time: Instant? { gap?.time ?? cursor.time }

    /// Bytes of the files that have been read.
    var doneByteCount: UInt64 { finishedByteCount + cursor.offset }

    func withRecord(_ visit: (CaptureEntry, RawSpan) throws -> Void) throws {
        if let gap {
            try visit(gap, RawSpan())
        } else {
            try cursor.withRecord(visit)
        }
    }

    /// Goes on to the next record.
    mutating func advance() throws(StoreError) {
        if gap != nil {
            gap = nil
            return
        }
        lastTime = cursor.time ?? lastTime
        try settle()
    }

    /// Moves the cursor to its next record, in the next file if it must.
    private mutating func settle() throws(StoreError) {
        while !(try cursor.advance()) {
            states.append(cursor.state)
            finishedByteCount += cursor.file.byteCount
            guard index + 1 < parts.count else { return }
            let missing = parts[index].ordinal + 1..<parts[index + 1].ordinal
            index += 1
            cursor = CaptureCursor(try CaptureFile(parts[index].path))
            if !missing.isEmpty { try noteMissing(missing) }
            if gap != nil { return }
        }
    }

    private mutating func noteMissing(_ ordinals: Range<UInt64>) throws(StoreError) {
        guard try cursor.advance(), let next = cursor.time else { return }
        let (first, last) = (ordinals.lowerBound, ordinals.upperBound - 1)
        let what = first == last ? "file \(first) is" : "files \(first) to \(last) are"
        gap = CaptureEntry(
            time: next,
            arrival: next,
            record: .gap(
                GapRecord(
                    from: lastTime ?? next,
                    through: next,
                    reason: "The run's \(what) not here."
                )
            )
        )
    }

    /// What the files of all chains say of themselves, as if they were one.
    static func merged(_ chains: [RunChain]) -> CaptureFileState {
        let states = chains.flatMap(\.states)
        var merged = states.first ?? CaptureFileState()
        for state in states.dropFirst() {
            let room = max(0, CaptureFileState.damageCountMax - merged.damage.count)
            merged.damage += state.damage.prefix(room)
            merged.damageCount += state.damageCount
            if case .unfinished(let torn) = state.completion {
                if case .unfinished(let earlier) = merged.completion {
                    merged.completion = .unfinished(tornByteCount: earlier + torn)
                } else {
                    merged.completion = state.completion
                }
            }
        }
        return merged
    }
}
