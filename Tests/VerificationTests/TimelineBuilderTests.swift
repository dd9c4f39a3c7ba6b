import CaptureFormat
import TestKit
import Testing
import Verification
import Vocabulary

@Suite struct `TimelineBuilder: when things happened` {
    private func timeline(_ history: History) -> RunTimeline {
        var builder = TimelineBuilder()
        for recorded in history.entries { builder.observe(recorded.entry) }
        return builder.finish()
    }

    @Test func `connections and how they fared, outages and gaps`() {
        let timeline = timeline(History("c1:s1 c1:x c2:no c3:s2 c3:bye gap c4:s3"))
        #expect(timeline.connections.map(\.connection.rawValue) == [1, 2, 3, 4])
        #expect(timeline.connections.map(\.fate) == [.abrupt, .refused, .orderly, .open])
        #expect(timeline.outages.map(\.before.rawValue) == [1, 3])
        #expect(timeline.outages.map(\.refusedCount) == [1, 0])
        #expect(timeline.gaps.map(\.reason) == ["the disk was full"])
        #expect(timeline.firstTime != nil && timeline.duration > .zero)
    }

    @Test func `the outages are those of the summary`() {
        let history = History("c1:s1 c1:x c2:no c2:no c3:s2 c3:bye c4:s1 c5:s1 c4:x c5:fin c6:s1")
        var builder = SummaryBuilder()
        for recorded in history.entries {
            builder.observe(recorded.entry, bytes: recorded.bytes.span.bytes)
        }
        let summary = builder.finish(fileState: .sealed)
        #expect(timeline(history).outages == summary.outages)
    }

    @Test func `a fault lasts from its being added to its being removed`() {
        var builder = TimelineBuilder()
        func at(_ milliseconds: Int64, _ record: CaptureRecord) {
            let time = Instant.epoch.advanced(by: .milliseconds(milliseconds))
            builder.observe(CaptureEntry(time: time, arrival: time, record: record))
        }
        func time(_ milliseconds: Int64) -> Instant {
            Instant.epoch.advanced(by: .milliseconds(milliseconds))
        }
        at(1, .faultChange(FaultChangeRecord(action: "added", fault: "f", type: "ws_drop")))
        at(2, .faultChange(FaultChangeRecord(action: "active", fault: "f", type: "ws_drop")))
        for moment in [3, 5] as [Int64] {
            at(
                moment,
                .rewrite(
                    RewriteRecord(
                        connection: ConnectionID(rawValue: 1),
                        direction: .clientToServer,
                        kind: .dropped,
                        offset: 0,
                        byteCount: 1,
                        cause: "f"
                    )
                )
            )
        }
        at(8, .faultChange(FaultChangeRecord(action: "removed", fault: "f", type: "ws_drop")))
        at(9, .faultChange(FaultChangeRecord(action: "added", fault: "f", type: "latency")))
        at(10, .faultChange(FaultChangeRecord(action: "disabled")))
        at(11, .faultChange(FaultChangeRecord(action: "enabled")))
        at(12, .mark(MarkRecord(label: "here")))
        let timeline = builder.finish()
        #expect(timeline.faults.map(\.name) == ["f", "f", "proxy disabled"])
        #expect(timeline.faults.map(\.type) == ["ws_drop", "latency", ""])
        #expect(timeline.faults.map(\.from) == [time(1), time(9), time(10)])
        #expect(timeline.faults.map(\.through) == [time(8), nil, time(11)])
        #expect(timeline.faults.map(\.work) == [time(3)...time(5), nil, nil])
        #expect(timeline.faults.map(\.workCount) == [2, 0, 0])
        #expect(timeline.marks.map(\.label) == ["here"])
    }

    @Test(arguments: [9_999, 10_000, 10_001])
    func `connections beyond the limit are counted`(count: Int) {
        var builder = TimelineBuilder()
        for number in 1...count {
            let record = ClosedRecord(
                connection: ConnectionID(rawValue: UInt64(number)),
                origin: .client,
                cause: .fin
            )
            builder.observe(
                CaptureEntry(time: .epoch, arrival: .epoch, record: .closed(record))
            )
        }
        let timeline = builder.finish()
        #expect(timeline.connections.count == min(count, 10_000))
        #expect(timeline.unlistedConnectionCount == UInt64(max(0, count - 10_000)))
    }
}
