import CaptureFormat
import CaptureStore
import Glibc
import SystemPackage
import Testing
import Vocabulary

/// A file in memory that fails when it is told to.
private final class FlakyMedium: CaptureMedium {
    let path: String
    var bytes: [UInt8] = []
    /// Appends fail, those from the reserve too.
    var isBroken = false
    /// No append finds its reserve.
    var isFull = false
    var isClosed = false

    init(path: String) {
        self.path = path
    }

    func append(
        _ new: RawSpan,
        settledThrough settled: UInt64,
        keepingFree reserve: UInt64
    ) throws(StoreError) {
        if isBroken || (isFull && reserve > 0) { throw .writeFailed(path: path, .noSpace) }
        bytes += new.withUnsafeBytes { Array($0) }
    }

    func overwrite(_ new: RawSpan, at offset: UInt64) throws(StoreError) {
        if isBroken { throw .writeFailed(path: path, .ioError) }
        let start = Int(offset)
        bytes.replaceSubrange(
            start..<start + new.byteCount,
            with: new.withUnsafeBytes { Array($0) }
        )
    }

    func tick() throws(StoreError) {}

    func close() throws(StoreError) {
        isClosed = true
    }
}

/// The files of a recording, in memory.
private final class FlakyMedia: CaptureMediumSource {
    var files: [FlakyMedium] = []
    var refuses = false

    func create(_ path: String) throws(StoreError) -> any CaptureMedium {
        if refuses { throw .cannotCreate(path: path, .noSpace) }
        files.append(FlakyMedium(path: path))
        return files[files.count - 1]
    }
}

@Suite struct CaptureRecorderTests {
    private static let run = RunDescription(runID: "r", proxy: "p", library: "l", started: .epoch)

    private static func second(_ count: UInt64) -> Instant {
        Instant(nanoseconds: 1_000_000_000 * count)
    }

    private static func recorder(
        _ media: FlakyMedia,
        rotation: RotationPolicy = RotationPolicy()
    ) throws -> CaptureRecorder {
        try CaptureRecorder(
            media: media,
            names: CaptureNames(at: "/tmp/flaky.wscap", runID: "r", proxy: "p", now: .epoch),
            run: run,
            rotation: rotation,
            now: .epoch
        )
    }

    private static func frame(
        _ number: UInt64,
        part: UInt32 = 0,
        isLast: Bool = true
    ) -> FrameRecord {
        FrameRecord(
            connection: ConnectionID(rawValue: 1),
            direction: .serverToClient,
            frame: number,
            part: part,
            isLast: isLast,
            offset: number * 2,
            header: 0..<2,
            payload: 0..<0
        )
    }

    private static let head: [UInt8] = [0x81, 0]

    private struct Read {
        var frames: [UInt64] = []
        var gaps: [GapRecord] = []
        var state = CaptureFileState()
        var times: [Instant] = []
    }

    private static func read(_ medium: FlakyMedium) throws -> Read {
        let path = try Scratch.file(medium.bytes)
        defer { Scratch.remove(path) }
        var read = Read()
        read.state = try CaptureFile(path).read { entry, _ in
            read.times.append(entry.time)
            if case .frame(let frame) = entry.record { read.frames.append(frame.frame) }
            if case .gap(let gap) = entry.record { read.gaps.append(gap) }
        }
        return read
    }

    /// Stages a frame and tries to commit it; what fails is skipped.
    private static func record(
        _ frame: FrameRecord,
        at time: Instant,
        into recorder: inout CaptureRecorder
    ) -> GapRecord? {
        recorder.stage { $0.append(frame, bytes: head.span.bytes, arrival: time) }
        do throws(StoreError) {
            return try recorder.commit(at: time)
        } catch {
            recorder.skip(error, at: time)
            return nil
        }
    }

    /// `#expect(throws:)` cannot take what cannot be copied.
    private func expectFailure(_ body: () throws(StoreError) -> Void) {
        do throws(StoreError) {
            try body()
            Issue.record("nothing was thrown")
        } catch {
            #expect(!error.sentence.isEmpty)
        }
    }

    @Test func `what could not be written is a gap, exact to the frame`() throws {
        let media = FlakyMedia()
        var recorder = try Self.recorder(media)
        let medium = media.files[0]
        _ = Self.record(Self.frame(1), at: Self.second(1), into: &recorder)
        medium.isFull = true
        _ = Self.record(Self.frame(2), at: Self.second(2), into: &recorder)
        _ = Self.record(Self.frame(3), at: Self.second(3), into: &recorder)
        _ = Self.record(Self.frame(4, isLast: false), at: Self.second(4), into: &recorder)
        let isInGap = recorder.isInGap
        #expect(isInGap)
        medium.isFull = false
        // The commit that ends a gap belongs to it.
        let gap = Self.record(Self.frame(4, part: 1), at: Self.second(5), into: &recorder)
        #expect(gap?.frameCount == 3)
        let isStillInGap = recorder.isInGap
        #expect(!isStillInGap)
        _ = Self.record(Self.frame(5), at: Self.second(6), into: &recorder)
        try recorder.finish(at: Self.second(7))

        let read = try Self.read(medium)
        #expect(read.frames == [1, 5])
        #expect(read.gaps.map(\.isOpen) == [true, false])
        #expect(read.gaps.map(\.from) == [Self.second(2), Self.second(2)])
        let closed = try #require(read.gaps.last)
        #expect(closed.through == Self.second(5))
        #expect(closed.byteCount > 0)
        #expect(
            closed.runs == [
                GapRecord.Run(
                    connection: ConnectionID(rawValue: 1),
                    direction: .serverToClient,
                    first: 2,
                    last: 4
                )
            ]
        )
        #expect(read.state.completion == .sealed)
        #expect(read.state.damage == [])
    }

    @Test func `a gap that never ends is told of, and the file is sealed from the reserve`() throws
    {
        let media = FlakyMedia()
        var recorder = try Self.recorder(media)
        _ = Self.record(Self.frame(1), at: Self.second(1), into: &recorder)
        media.files[0].isFull = true
        _ = Self.record(Self.frame(2), at: Self.second(2), into: &recorder)
        // As a kill would leave it.
        let killed = try Self.read(media.files[0])
        #expect(killed.gaps.map(\.isOpen) == [true])
        expectFailure { () throws(StoreError) in try recorder.finish(at: Self.second(9)) }
        let read = try Self.read(media.files[0])
        #expect(read.gaps.map(\.frameCount) == [0, 1])
        #expect(read.gaps.last?.through == Self.second(9))
        #expect(read.state.completion == .sealed)
    }

    @Test func `a broken disk does not break the recorder`() throws {
        let media = FlakyMedia()
        var recorder = try Self.recorder(media)
        media.files[0].isBroken = true
        for number in 1...3 {
            _ = Self.record(
                Self.frame(UInt64(number)),
                at: Self.second(UInt64(number)),
                into: &recorder
            )
        }
        media.files[0].isBroken = false
        let gap = Self.record(Self.frame(4), at: Self.second(4), into: &recorder)
        #expect(gap?.frameCount == 4)
        try recorder.finish(at: Self.second(5))
        let read = try Self.read(media.files[0])
        #expect(read.frames == [])
        #expect(read.gaps.count == 1)
        #expect(read.state.completion == .sealed)
    }

    @Test func `a run goes on in new files, and times never go back`() throws {
        let media = FlakyMedia()
        var recorder = try Self.recorder(
            media,
            rotation: RotationPolicy(interval: .seconds(10))
        )
        for number in 1...30 {
            let time = Self.second(UInt64(number))
            _ = Self.record(Self.frame(UInt64(number)), at: time, into: &recorder)
            if recorder.isRotationDue(at: time) { _ = try recorder.rotate(at: time) }
        }
        try recorder.finish(at: Self.second(31))
        #expect(
            media.files.map(\.path) == [
                "/tmp/flaky.wscap", "/tmp/flaky-000002.wscap", "/tmp/flaky-000003.wscap",
                "/tmp/flaky-000004.wscap",
            ]
        )
        let reads = try media.files.map { try Self.read($0) }
        #expect(reads.flatMap(\.frames) == Array(1...30))
        #expect(reads.allSatisfy { $0.state.completion == .sealed })
        #expect(media.files.allSatisfy { $0.isClosed })
        let times = reads.flatMap(\.times)
        #expect(times == times.sorted() && Set(times).count == times.count)
        let ordinals = reads.map { $0.state.run.first { $0.name == "ordinal" }?.value }
        #expect(ordinals == ["1", "2", "3", "4"])
    }

    @Test func `without a new file the old one goes on`() throws {
        let media = FlakyMedia()
        var recorder = try Self.recorder(
            media,
            rotation: RotationPolicy(interval: .seconds(1))
        )
        _ = Self.record(Self.frame(1), at: Self.second(2), into: &recorder)
        media.refuses = true
        let isDue = recorder.isRotationDue(at: Self.second(2))
        expectFailure { () throws(StoreError) in _ = try recorder.rotate(at: Self.second(2)) }
        let isDueAgain = recorder.isRotationDue(at: Self.second(2))
        #expect(isDue && !isDueAgain, "not at once again")
        _ = Self.record(Self.frame(2), at: Self.second(3), into: &recorder)
        try recorder.finish(at: Self.second(4))
        #expect(try Self.read(media.files[0]).frames == [1, 2])
    }
}

/// Files of a test, in the system's temporary folder.
enum Scratch {
    static func file(_ bytes: [UInt8]) throws -> String {
        let path = "/tmp/wscap-test-\(UInt64.random(in: .min ... .max)).wscap"
        let descriptor = try FileDescriptor.open(
            FilePath(path),
            .writeOnly,
            options: [.create, .exclusiveCreate],
            permissions: .ownerReadWrite
        )
        try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
        return path
    }

    static func remove(_ path: String) {
        unlink(path)
    }
}
