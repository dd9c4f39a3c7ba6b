import CaptureFormat
import TestKit
import Testing
import Vocabulary

@Suite struct CaptureEncoderTests {
    @Test(arguments: Seeds.some(20))
    func `what is recorded is read back, in windows of any size`(seed: UInt64) {
        let sample = SampleCapture.make(seed: seed, ticks: 30)
        for windowByteCount in [1, 7, 64, 1000, Int.max] {
            let read = ReadFile(sample.file.bytes, windowByteCount: windowByteCount)
            #expect(read.state.completion == .sealed, "SEED=\(seed)")
            #expect(read.state.damage == [], "SEED=\(seed)")
            #expect(
                read.entries.map(\.record.withoutRanges) == sample.records.map(\.withoutRanges),
                "SEED=\(seed)"
            )
            #expect(read.runs == sample.runs, "SEED=\(seed)")
        }
    }

    @Test func `times increase strictly, and arrivals are kept`() {
        var encoder = CaptureEncoder(run: SampleCapture.run)
        var file = MemoryFile()
        let arrivals: [UInt64] = [100, 100, 99, 200, 0]
        for arrival in arrivals {
            encoder.append(
                .notice(NoticeRecord(topic: "t", text: "")),
                arrival: Instant(nanoseconds: arrival)
            )
        }
        file.commit(&encoder)
        file.finish(&encoder)
        let read = ReadFile(file.bytes)
        #expect(read.entries.map(\.arrival.nanoseconds) == arrivals)
        #expect(read.entries.map(\.time.nanoseconds) == [100, 101, 102, 200, 201])
    }

    @Test func `records that could not be written leave no trace`() {
        let notice = CaptureRecord.notice(NoticeRecord(topic: "kept", text: ""))
        let lost = CaptureRecord.notice(NoticeRecord(topic: "lost", text: ""))
        for kept in 0..<4 {
            var encoder = CaptureEncoder(run: SampleCapture.run, segmentByteCount: 60)
            var file = MemoryFile()
            for _ in 0..<kept {
                encoder.append(notice, arrival: .epoch)
                file.commit(&encoder)
            }
            encoder.append(lost, arrival: .epoch)
            encoder.discardPending()
            encoder.append(notice, arrival: .epoch)
            file.commit(&encoder)
            file.finish(&encoder)
            let read = ReadFile(file.bytes)
            #expect(
                read.entries.map(\.record) == [CaptureRecord](repeating: notice, count: kept + 1)
            )
            #expect(read.state == CaptureFileState(run: read.state.run, library: "wscap test"))
        }
    }

    @Test func `a capture without records is whole`() {
        var encoder = CaptureEncoder(run: SampleCapture.run)
        var file = MemoryFile()
        file.finish(&encoder)
        let read = ReadFile(file.bytes)
        #expect(read.state.completion == .sealed)
        #expect(read.entries == [])
        #expect(read.state.run.contains(HeaderField(name: "run", value: "sample")))
    }

    @Test func `no head of a segment crosses a page`() {
        // Every possible offset in a page, by metadata of growing length.
        for padding in 0..<4200 {
            let run = RunDescription(
                runID: "x",
                proxy: "p",
                library: "l",
                started: .epoch,
                values: [HeaderField(name: "pad", value: String(repeating: "x", count: padding))]
            )
            var encoder = CaptureEncoder(run: run, segmentByteCount: 1)
            var file = MemoryFile()
            encoder.append(.notice(NoticeRecord(topic: "t", text: "")), arrival: .epoch)
            let pending = encoder.withPending { span in span.withUnsafeBytes { Array($0) } }
            file.write(pending, at: 0)
            let patch = encoder.committed()
            guard let patch else {
                Issue.record("no patch at padding \(padding)")
                return
            }
            #expect(patch.offset / 4096 == (patch.offset + 48) / 4096)
            file.write(patch.bytes, at: patch.offset)
            if padding % 97 == 0 {
                file.finish(&encoder)
                #expect(ReadFile(file.bytes).state.damage == [])
            }
        }
    }
}
