import CaptureStore
import Testing
import Vocabulary

@Suite struct RetentionPolicyTests {
    private static let files = (1...5).map {
        RetentionPolicy.File(
            path: "\($0)",
            byteCount: 10,
            written: Instant(nanoseconds: UInt64($0) * 1_000_000_000)
        )
    }

    private static func excess(_ policy: RetentionPolicy) -> [String] {
        policy.excess(
            of: files.reversed(),
            current: 15,
            now: Instant(nanoseconds: 6_000_000_000)
        ).map(\.path)
    }

    @Test func `the oldest go first, by number, size and age`() {
        #expect(Self.excess(RetentionPolicy()) == [])
        #expect(Self.excess(RetentionPolicy(fileCount: 6)) == [])
        #expect(Self.excess(RetentionPolicy(fileCount: 3)) == ["1", "2", "3"])
        #expect(Self.excess(RetentionPolicy(fileCount: 1)) == ["1", "2", "3", "4", "5"])
        #expect(Self.excess(RetentionPolicy(byteCount: 65)) == [])
        #expect(Self.excess(RetentionPolicy(byteCount: 64)) == ["1"])
        #expect(Self.excess(RetentionPolicy(byteCount: 1)) == ["1", "2", "3", "4", "5"])
        #expect(Self.excess(RetentionPolicy(age: .milliseconds(3500))) == ["1", "2"])
        #expect(Self.excess(RetentionPolicy(fileCount: 5, age: .seconds(4))) == ["1"])
    }

    @Test func `what a file takes beyond its size is little beside what is kept`() {
        let policy = RotationPolicy(byteCount: 128 << 10)
        #expect(policy.spaceByteCount(ofKept: nil) == (128 << 10) + (4 << 20))
        #expect(policy.spaceByteCount(ofKept: 20 << 30) == (128 << 10) + (4 << 20))
        #expect(policy.spaceByteCount(ofKept: 1 << 20) == 256 << 10)
        #expect(RotationPolicy(interval: .seconds(1)).spaceByteCount(ofKept: 1 << 20) == nil)
    }

    @Test func `a proxy knows its own files`() throws {
        let names = try CaptureNames(at: "/tmp", runID: "0a1b2c3d", proxy: "b-x", now: .epoch)
        #expect(names.path(ordinal: 12) == "/tmp/19700101T000000Z-0a1b2c3d-b_x-000012.wscap")
        #expect(names.isOwn("20261122T120000Z-ffffffff-b_x-000001.wscap"))
        for other in [
            "20261122T120000Z-ffffffff-other-000001.wscap", "b_x-000001.wscap", "a.wscap",
            "20261122T120000Z-ffffffff-b_x-000001.pcap", "20261122T120000Z-ffffffff-b_x-.wscap",
        ] {
            #expect(!names.isOwn(other), "\(other)")
        }
        let single = try CaptureNames(at: "/tmp/run.wscap", runID: "r", proxy: "b", now: .epoch)
        #expect(single.path(ordinal: 1) == "/tmp/run.wscap")
        #expect(single.path(ordinal: 2) == "/tmp/run-000002.wscap")
        #expect(single.isOwn("run.wscap") && single.isOwn("run-000002.wscap"))
        #expect(!single.isOwn("running-000002.wscap"))
    }
}
