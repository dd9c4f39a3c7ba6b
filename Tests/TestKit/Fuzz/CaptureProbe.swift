internal import CaptureFormat

/// Reads any bytes as a capture, in every way there is, and holds the reading against its laws.
///
/// Whatever the input: reading comes to an end, asks for no byte that is not there, and says the same in
/// windows of any size. What a seal plan makes of an unfinished file is a sealed one with the same records;
/// what compaction makes of a clean one has the same records. Crashes show by themselves.
public enum CaptureProbe {
    /// A law that does not hold.
    public struct Violation: Error, CustomStringConvertible {
        /// What was seen.
        public let description: String

        init(_ description: String) {
            self.description = description
        }
    }

    /// What reading a file came to.
    struct Reading: Equatable {
        var refusal: CaptureScanner.Refusal?
        var state = CaptureFileState()
        var recordCount = 0
        /// Checksum of all Message records, byte for byte.
        var records = CRC32()
        var steps: SealPlan.Steps?
        var obstacle: CaptureDamage?

        /// How many records come out of a compressed chunk before it turns out to be broken depends on
        /// how much of it was seen at once; all else does not.
        func agrees(with other: Reading) -> Bool {
            let isBroken = [self, other].contains { reading in
                reading.state.damage.contains {
                    if case .unpackableChunk = $0 { true } else { false }
                }
            }
            guard isBroken else { return self == other }
            return refusal == other.refusal && state.completion == other.state.completion
                && state.isDamaged && other.state.isDamaged
                && (obstacle == nil) == (other.obstacle == nil)
        }

        /// For messages: the tail would fill a screen.
        var withoutTail: Reading {
            var short = self
            short.steps?.tail = []
            return short
        }
    }

    /// Larger inputs are read, but neither sealed nor compacted again; in bytes.
    private static let rewrittenByteCountMax = 1 << 18

    /// Examines one input.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - windowByteCount: The size of the windows of a second reading.
    /// - Throws: ``Violation``.
    public static func examine(_ bytes: [UInt8], windowByteCount: Int) throws(Violation) {
        let whole = try read(bytes, windowByteCount: .max)
        let windowed = try read(bytes, windowByteCount: max(1, windowByteCount))
        guard whole.agrees(with: windowed) else {
            throw Violation("windows of \(windowByteCount) bytes: \(windowed), at once: \(whole)")
        }
        readSummary(bytes)
        guard whole.refusal == nil, bytes.count <= rewrittenByteCountMax else { return }
        if let steps = whole.steps { try examineSealing(bytes, steps, whole) }
        if whole.state.completion == .sealed, !whole.state.isDamaged {
            try examineCompaction(bytes, whole)
        }
    }

    private static func examineSealing(
        _ bytes: [UInt8],
        _ steps: SealPlan.Steps,
        _ before: Reading
    ) throws(Violation) {
        guard steps.byteCount <= UInt64(bytes.count) else {
            throw Violation("sealing cuts at \(steps.byteCount) of \(bytes.count) bytes")
        }
        var sealed = Array(bytes.prefix(Int(steps.byteCount)))
        for patch in steps.patches {
            let place = Int(patch.offset)..<Int(patch.offset) + patch.bytes.count
            guard place.upperBound <= sealed.count else {
                throw Violation("sealing overwrites \(place) of \(sealed.count) bytes")
            }
            sealed.replaceSubrange(place, with: patch.bytes)
        }
        sealed += steps.tail
        let after = try read(sealed, windowByteCount: .max)
        guard after.state.completion == .sealed, after.records == before.records else {
            throw Violation("sealing made \(after) of \(before.withoutTail)")
        }
    }

    private static func examineCompaction(
        _ bytes: [UInt8],
        _ before: Reading
    ) throws(Violation) {
        for compression in ChunkCompression.allCases {
            let compact: [UInt8]
            do {
                compact = try Compacting.compact(bytes, packing: ChunkPacking(compression))
            } catch {
                continue  // A declared obstacle.
            }
            let after = try read(compact, windowByteCount: .max)
            guard after.state.completion == .sealed,
                after.state.damageCount == before.state.damageCount,
                after.recordCount == before.recordCount, after.records == before.records
            else { throw Violation("\(compression) made \(after) of \(before)") }
        }
    }

    /// The summary is read whether or not the rest makes sense.
    private static func readSummary(_ bytes: [UInt8]) {
        guard let footer = Footer(footerAndMagic: Array(bytes.suffix(37))) else { return }
        do throws(SummaryFlaw) {
            var reader = try SummaryReader(footer: footer, fileByteCount: UInt64(bytes.count))
            let range = Int(reader.byteRange.lowerBound)..<Int(reader.byteRange.upperBound)
            _ = try reader.take(bytes.span.bytes.extracting(range))
            _ = try reader.finish()
        } catch {
            return
        }
    }

    static func read(_ bytes: [UInt8], windowByteCount: Int) throws(Violation) -> Reading {
        var reading = Reading()
        var scanner = CaptureScanner(fileByteCount: UInt64(bytes.count))
        var reader = CaptureReader()
        var plan = SealPlan()
        var window = 0..<min(bytes.count, windowByteCount)
        var position = 0
        // Every step takes a byte of the file, or nine of what a compressed chunk holds; or it tells, once.
        var stepsLeft = UInt64(bytes.count) * 4 + 64
        while true {
            guard stepsLeft > 0 else { throw Violation("reading does not come to an end") }
            stepsLeft -= 1
            let span = bytes.span.bytes.extracting(window)
            let step: CaptureScanner.Step
            do throws(CaptureScanner.Refusal) {
                step = try scanner.next(in: span, from: &position)
            } catch {
                reading.refusal = error
                return reading
            }
            switch step {
            case .item(let item, let record, let offset):
                if case .chunk(let head) = item, head.compression != nil {
                    stepsLeft += head.byteCount / 9 + 1
                }
                scanner.withBytes(of: span) { held in
                    plan.note(item, record: record, offset: offset, in: held)
                    _ = reader.read(item, at: offset, in: held)
                    guard case .message = item else { return }
                    reading.recordCount += 1
                    reading.records.add(held.extracting(record))
                }
            case .needsMore(let wanted):
                let start = window.lowerBound + position
                guard wanted > window.upperBound - start, wanted <= bytes.count - start else {
                    throw Violation(
                        "\(wanted) bytes wanted at \(start), with a window to \(window.upperBound) "
                            + "of \(bytes.count)"
                    )
                }
                position = 0
                window = start..<min(bytes.count, start + max(wanted, windowByteCount))
            case .skip(let count):
                let start = window.lowerBound + position
                guard count <= UInt64(bytes.count - start) else {
                    throw Violation("skips \(count) bytes at \(start) of \(bytes.count)")
                }
                position = 0
                window = start + Int(count)..<max(start + Int(count), window.upperBound)
            case .end(let completion):
                reader.end(completion)
                reading.state = reader.state
                guard completion != .sealed else { return reading }
                do throws(CaptureDamage) {
                    reading.steps = try plan.finish(fileByteCount: UInt64(bytes.count))
                } catch {
                    reading.obstacle = error
                }
                return reading
            }
        }
    }
}
