import CaptureFormat
import TestKit
import Vocabulary

/// Records of every kind, with times and payloads from a seed.
enum SampleCapture {
    /// What the file held when a commit had returned.
    struct Commit {
        var byteCount: Int
        var recordCount: Int
    }

    static let run = RunDescription(
        runID: "sample",
        proxy: "bridge",
        library: "wscap test",
        started: Instant(nanoseconds: 1_000_000_000_000_000_000),
        values: [HeaderField(name: "listen", value: "127.0.0.1:8000")]
    )

    static func events(_ connection: ConnectionID) -> [CaptureRecord] {
        [
            .opened(
                OpenedRecord(connection: connection, leg: .downstream, local: "a:1", remote: "b:2")
            ),
            .opened(
                OpenedRecord(
                    connection: connection,
                    leg: .upstream,
                    local: "a:3",
                    remote: "c:4",
                    target: "d:4",
                    announced: "e:5",
                    preface: [0, 1, 0xFF]
                )
            ),
            .handshake(
                HandshakeRecord(
                    connection: connection,
                    isAccepted: true,
                    target: "/ws?x=ü",
                    host: "d",
                    status: 101,
                    subprotocol: "p",
                    extensions: "permessage-deflate",
                    requestHeaders: [HeaderField(name: "Host", value: "d")],
                    responseHeaders: [
                        HeaderField(name: "A", value: ""), HeaderField(name: "B", value: "2"),
                    ],
                    problems: ["one", "two"],
                    clientFramesStart: 100,
                    serverFramesStart: 200
                )
            ),
            .progress(
                ProgressRecord(
                    connection: connection,
                    downstream: LegProgress(
                        received: 1,
                        written: 2,
                        acknowledged: 3,
                        unsent: 4,
                        isKnown: true
                    ),
                    upstream: LegProgress()
                )
            ),
            .outcome(
                OutcomeRecord(
                    connection: connection,
                    direction: .serverToClient,
                    kind: .injected,
                    sent: [0x88, 0],
                    byteCount: 2,
                    cause: "shutdown"
                )
            ),
            .held(
                HeldRecord(
                    connection: connection,
                    direction: .clientToServer,
                    offset: 1,
                    byteCount: 2,
                    heldNanoseconds: 3,
                    cause: "slow,slower"
                )
            ),
            .rewrite(
                RewriteRecord(
                    connection: connection,
                    direction: .serverToClient,
                    kind: .late,
                    offset: 40,
                    byteCount: 0,
                    sent: [0x81, 1, 0x41],
                    isBlanked: true,
                    origin: 30,
                    cause: "swap"
                )
            ),
            .mark(MarkRecord(label: "deployed", source: "127.0.0.1:1 test")),
            .secured(
                SecuredRecord(
                    connection: connection,
                    leg: .upstream,
                    version: "TLSv1.3",
                    applicationProtocol: "http/1.1",
                    serverName: "dashboard",
                    peer: "dashboard, until 2030-01-01",
                    isVerified: true
                )
            ),
            .faultChange(
                FaultChangeRecord(
                    action: "added",
                    fault: "slow",
                    type: "latency",
                    stream: "upstream",
                    toxicity: "0.5",
                    attributes: [HeaderField(name: "latency", value: "100")],
                    seed: .max,
                    source: "127.0.0.1:1 test"
                )
            ),
            .gap(
                GapRecord(
                    from: Instant(nanoseconds: 5),
                    through: Instant(nanoseconds: 9),
                    byteCount: 77,
                    frameCount: 2,
                    reason: "no space",
                    runs: [
                        GapRecord.Run(
                            connection: ConnectionID(rawValue: 1),
                            direction: .serverToClient,
                            first: 3,
                            last: 4
                        )
                    ]
                )
            ),
            .resumed(SampleResumed.record),
            .notice(
                NoticeRecord(
                    topic: "clock",
                    text: "stepped",
                    values: [HeaderField(name: "by", value: "1")]
                )
            ),
            .closed(
                ClosedRecord(
                    connection: connection,
                    origin: .server,
                    cause: .closeHandshake,
                    clientClose: ClosedRecord.CloseFrame(code: 1000, reason: "bye"),
                    serverClose: ClosedRecord.CloseFrame(code: 1005, reason: ""),
                    detail: "d",
                    downstream: LegProgress(received: 9),
                    upstream: LegProgress(isKnown: true)
                )
            ),
        ]
    }

    /// Runs of a payload, for some frames.
    private static func blanked(
        _ byteCount: Int,
        _ generator: inout SeededGenerator
    ) -> [BlankedRun] {
        guard byteCount >= 9, Bool.random(using: &generator) else { return [] }
        return [
            BlankedRun(0..<2, .secret), BlankedRun(4..<7, .unreadable),
            BlankedRun(7..<byteCount, .encoded),
        ]
    }

    /// Writes a capture.
    ///
    /// - Returns: The file, what was recorded, and where each commit ended.
    static func make(
        seed: UInt64,
        ticks: Int,
        segmentByteCount: UInt64 = 2000,
        isFinished: Bool = true
    ) -> (file: MemoryFile, records: [CaptureRecord], runs: [[UInt8]], commits: [Commit]) {
        var generator = SeededGenerator(seed: seed)
        var encoder = CaptureEncoder(run: run, segmentByteCount: segmentByteCount)
        var file = MemoryFile()
        var records: [CaptureRecord] = []
        var runs: [[UInt8]] = []
        var commits: [Commit] = []
        var time: UInt64 = 2_000_000_000_000_000_000
        for tick in 0..<ticks {
            time += UInt64.random(in: 0..<1_000_000, using: &generator)
            let arrival = Instant(nanoseconds: time)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let bytes = generator.bytes(Int.random(in: 2..<200, using: &generator))
                let cut = Int.random(in: 0...min(14, bytes.count), using: &generator)
                let frame = FrameRecord(
                    connection: ConnectionID(
                        rawValue: UInt64.random(in: 1..<1000, using: &generator)
                    ),
                    direction: Bool.random(using: &generator) ? .clientToServer : .serverToClient,
                    frame: UInt64.random(in: 1..<(1 << 40), using: &generator),
                    part: UInt32.random(in: 0..<3, using: &generator),
                    isLast: Bool.random(using: &generator),
                    offset: UInt64.random(in: 0..<(1 << 50), using: &generator),
                    isReread: Bool.random(using: &generator),
                    header: 0..<cut,
                    payload: cut..<bytes.count,
                    blanked: blanked(bytes.count - cut, &generator)
                )
                encoder.append(frame, bytes: bytes.span.bytes, arrival: arrival)
                records.append(.frame(frame))
                runs.append(bytes)
            }
            if tick % 3 == 0 {
                for record in events(ConnectionID(rawValue: UInt64(tick + 1))) {
                    encoder.append(record, arrival: arrival)
                    records.append(record)
                    runs.append([])
                }
            }
            if tick % 5 == 0 {
                let bytes = generator.bytes(50)
                let record = BytesRecord(
                    connection: ConnectionID(rawValue: 3),
                    direction: .clientToServer,
                    offset: 7,
                    kind: .head,
                    data: 10..<40,
                    blanked: [2..<5, 8..<9]
                )
                encoder.append(.bytes(record), bytes: bytes.span.bytes, arrival: arrival)
                records.append(.bytes(record))
                runs.append(Array(bytes[10..<40]))
            }
            file.commit(&encoder)
            commits.append(Commit(byteCount: file.bytes.count, recordCount: records.count))
        }
        if isFinished { file.finish(&encoder) }
        return (file, records, runs, commits)
    }
}

extension CaptureRecord {
    /// The record with its ranges taken out: they index whatever held the bytes.
    var withoutRanges: CaptureRecord {
        switch self {
        case .frame(var frame):
            frame.header = 0..<frame.header.count
            frame.payload = 0..<frame.payload.count
            return .frame(frame)
        case .bytes(var bytes):
            bytes.data = 0..<bytes.data.count
            return .bytes(bytes)
        default:
            return self
        }
    }
}
