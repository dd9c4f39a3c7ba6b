import CaptureFormat

/// A file as the scanner and the reader see it, read in windows of a given size.
struct ReadFile {
    var entries: [CaptureEntry] = []
    /// Payload bytes of frame and byte records, by entry.
    var runs: [[UInt8]] = []
    var state = CaptureFileState()
    var refusal: CaptureScanner.Refusal?
    var steps: SealPlan.Steps?
    var sealObstacle: CaptureDamage?

    init(_ bytes: [UInt8], windowByteCount: Int = .max) {
        var scanner = CaptureScanner(fileByteCount: UInt64(bytes.count))
        var reader = CaptureReader()
        var plan = SealPlan()
        var start = 0
        var end = min(bytes.count, windowByteCount)
        var position = 0
        var stepCount = 0
        while true {
            stepCount += 1
            precondition(stepCount <= bytes.count * 4 + 64, "the scanner does not come to an end")
            let window = bytes.span.bytes.extracting(start..<max(start, end))
            let step: CaptureScanner.Step
            do throws(CaptureScanner.Refusal) {
                step = try scanner.next(in: window, from: &position)
            } catch {
                refusal = error
                return
            }
            switch step {
            case .item(let item, let record, let offset):
                scanner.withBytes(of: window) { bytes in
                    plan.note(item, record: record, offset: offset, in: bytes)
                    guard let entry = reader.read(item, at: offset, in: bytes) else { return }
                    entries.append(entry)
                    runs.append(Self.run(of: entry.record, in: bytes))
                }
            case .needsMore(let wanted):
                start += position
                position = 0
                precondition(
                    end - start < wanted,
                    "the window held \(end - start) of \(wanted) bytes"
                )
                end = min(bytes.count, start + max(wanted, windowByteCount))
            case .skip(let count):
                start = min(bytes.count, start + position + Int(clamping: count))
                position = 0
                end = max(start, end)
            case .end(let completion):
                reader.end(completion)
                state = reader.state
                if completion != .sealed { seal(plan: &plan, byteCount: bytes.count) }
                return
            }
        }
    }

    private mutating func seal(plan: inout SealPlan, byteCount: Int) {
        do throws(CaptureDamage) {
            steps = try plan.finish(fileByteCount: UInt64(byteCount))
        } catch {
            sealObstacle = error
        }
    }

    private static func run(of record: CaptureRecord, in window: RawSpan) -> [UInt8] {
        switch record {
        case .frame(let frame):
            (Array(frame.header) + Array(frame.payload)).map { byte(window, $0) }
        case .bytes(let bytes): bytes.data.map { byte(window, $0) }
        default: []
        }
    }

    private static func byte(_ window: RawSpan, _ index: Int) -> UInt8 {
        window.unsafeLoad(fromByteOffset: index, as: UInt8.self)
    }
}
