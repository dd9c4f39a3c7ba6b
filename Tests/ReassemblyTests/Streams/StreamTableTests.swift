import Reassembly
import TestKit
import Testing
import Vocabulary

struct StreamTableTests {
    private func wire(_ body: (inout Wire) -> Void) -> [Wire.Passed] {
        var wire = Wire()
        wire.connect()
        body(&wire)
        return wire.passed
    }

    @Test func `Bytes come in order, with what was acknowledged and how it ended`() {
        let followed = Followed(
            wire { wire in
                wire.send(.first, "hello ")
                wire.send(.first, "you")
                wire.acknowledge(.first)
                wire.send(.second, "yes")
                wire.close()
            }
        )
        #expect(
            followed.lines == [
                "began with SYN", "first 0: hello ", "first 6: you", "first acknowledged 9",
                "second 0: yes", "second acknowledged 3", "first closed", "second closed",
                "ended finished",
            ]
        )
    }

    @Test func `What comes too early waits for what belongs before it`() {
        let followed = Followed(
            wire { wire in
                wire.send(.first, Array("cd".utf8), at: 2)
                wire.send(.first, Array("ef".utf8), at: 4)
                wire.send(.first, Array("ab".utf8), at: 0)
                wire.close()
            }
        )
        #expect(followed.text(.first) == "abcdef")
        #expect(
            followed.told == [
                "first 0: ab", "first 2: cd", "first 4: ef", "first closed", "second closed",
                "ended finished",
            ]
        )
    }

    @Test func `What comes twice counts once, whole and in part`() {
        let followed = Followed(
            wire { wire in
                wire.send(.first, "abcd")
                wire.send(.first, Array("abcd".utf8), at: 0)
                wire.send(.first, Array("cdef".utf8), at: 2)
                wire.close()
            }
        )
        #expect(followed.told.prefix(2) == ["first 0: abcd", "first 4: ef"])
        #expect(followed.tally.repeatedCount == 1)
    }

    @Test func `Where bytes differ those that were in turn first stay, and it is told`() {
        let followed = Followed(
            wire { wire in
                wire.send(.first, "abcd")
                wire.send(.first, Array("aXYdef".utf8), at: 0)
                wire.send(.first, Array("ij".utf8), at: 8)
                wire.send(.first, Array("ghZj".utf8), at: 6)
                wire.close()
            }
        )
        #expect(followed.text(.first) == "abcdefghZj")
        #expect(followed.told.contains("first 1: 2 differ"))
        #expect(followed.told.contains("first 8: 1 differ"))
    }

    @Test func `A keep-alive's byte is no conflict`() {
        let followed = Followed(
            wire { wire in
                wire.send(.first, "abcd")
                wire.send(.first, [0], at: 3)
                wire.close()
            }
        )
        #expect(!followed.told.contains { $0.contains("differ") })
    }

    @Test func `A hole that the receiver acknowledged is given up after a while`() {
        let passed = wire { wire in
            wire.send(.first, "ab")
            wire.lose(.first, byteCount: 100)
            wire.send(.first, "cd")
            wire.acknowledge(.first)
            wire.send(.second, "1")
            wire.wait(.milliseconds(1100))
            wire.send(.second, "2")
        }
        let early = Followed(Array(passed.dropLast()), isFinished: false)
        #expect(early.told == ["first 0: ab", "second 0: 1"])
        #expect(
            Followed(passed, isFinished: false).told == [
                "first 0: ab", "second 0: 1", "first 2: 100 missing, notCaptured",
                "first 102: cd", "second 1: 2",
            ]
        )
    }

    @Test func `A hole that nobody acknowledged may still be filled`() {
        let followed = Followed(
            wire { wire in
                wire.send(.first, Array("cd".utf8), at: 2)
                wire.acknowledge(.first, through: 0)
                wire.wait(.seconds(30))
                wire.send(.second, "still there?")
                wire.send(.first, Array("ab".utf8), at: 0)
                wire.close()
            }
        )
        #expect(followed.text(.first) == "abcd")
        #expect(!followed.told.contains { $0.contains("missing") })
    }

    @Test func `Data behind a hole has the time of the packet that filled it`() {
        let passed = wire { wire in
            wire.send(.first, Array("b".utf8), at: 1)
            wire.wait(.seconds(1))
            wire.send(.first, Array("a".utf8), at: 0)
        }
        var times: [Instant] = []
        var table = StreamTable()
        for item in passed {
            table.take(item.segment, bytes: item.bytes.span.bytes, at: item.time) {
                _,
                event,
                time,
                _ in
                if case .bytes = event { times.append(time) }
                return true
            }
        }
        #expect(times == [passed[4].time, passed[4].time])
    }

    @Test func `The end of the capture settles what is open`() {
        let followed = Followed(
            wire { wire in
                wire.send(.first, "ab")
                wire.lose(.first, byteCount: 3)
                wire.send(.first, "cd")
                wire.lose(.second, byteCount: 7)
                wire.acknowledge(.second)
            }
        )
        #expect(
            followed.told == [
                "first 0: ab", "first 2: 3 missing, notAcknowledged", "first 5: cd",
                "second 0: 7 missing, notCaptured", "ended captureEnded",
            ]
        )
    }

    @Test func `What a reset's number says was sent is missing`() {
        let followed = Followed(
            wire { wire in
                wire.send(.first, "ab")
                wire.lose(.first, byteCount: 30)
                wire.reset(.first)
            }
        )
        #expect(followed.told.contains("first 2: 30 missing, notAcknowledged"))
    }

    @Test func `An acknowledged FIN that was not captured is no missing byte`() {
        let followed = Followed(
            wire { wire in
                wire.send(.first, "ab")
                wire.acknowledge(.first, through: 3)
            }
        )
        #expect(!followed.told.contains { $0.contains("missing") })
    }

    @Test func `Both sides' FIN end a stream whose holes stay`() {
        let followed = Followed(
            wire { wire in
                wire.lose(.first, byteCount: 3)
                wire.finish(.first)
                wire.finish(.second)
            }
        )
        #expect(followed.told.last == "ended finished")
    }

    @Test func `A client that dials again has given up what was broken off`() {
        var first = Wire()
        first.connect()
        first.send(.first, "old")
        first.reset(.second)
        var second = Wire(clientPort: 40_001, initial: (7, 8))
        second.now = first.now
        second.connect()
        let followed = Followed(first.passed + second.passed)
        let end = followed.lines.firstIndex { $0.hasPrefix("ended reset") }
        let next = followed.lines.lastIndex { $0.hasPrefix("began") }
        #expect(end != nil && next != nil && end! < next!)
    }

    @Test func `A packet that was cut when captured is a gap of known size`() {
        let followed = Followed(
            wire { wire in
                wire.send(.first, Array("ab".utf8), cutByteCount: 10)
                wire.send(.first, "cd")
                wire.close()
            }
        )
        #expect(
            followed.told.prefix(3) == [
                "first 0: ab", "first 2: 10 missing, snapLength", "first 12: cd",
            ]
        )
    }

    @Test func `A cut packet from before the first byte that is known counts from there on`() {
        var wire = Wire()
        wire.send(.first, Array("hi".utf8), at: 100)
        wire.send(.first, Array("ab".utf8), at: 90, cutByteCount: 20)
        wire.send(.first, Array("cd".utf8), at: 112)
        let followed = Followed(wire.passed)
        #expect(
            followed.told.prefix(3) == [
                "first 0: hi", "first 2: 10 missing, snapLength", "first 12: cd",
            ]
        )
    }

    @Test func `Cut packets that wait leave room for what is whole`() {
        let followed = Followed(
            wire { wire in
                wire.send(.first, Array("efg".utf8), at: 4)
                wire.send(.first, Array("b".utf8), at: 1, cutByteCount: 8)
                wire.send(.first, Array("a".utf8), at: 0)
            }
        )
        #expect(
            followed.told.prefix(6) == [
                "first 0: a", "first 1: b", "first 2: 2 missing, snapLength", "first 4: efg",
                "first 7: 3 missing, snapLength", "ended captureEnded",
            ]
        )
    }

    @Test func `What a reset carries is no data, and it begins nothing`() {
        let followed = Followed(
            wire { wire in
                wire.send(.first, "ab")
                wire.send(.first, Array("why".utf8), at: 2, flags: [.rst, .syn, .fin, .ack])
            }
        )
        #expect(
            followed.told == ["first 0: ab", "first reset", "ended reset(Reassembly.Side.first)"]
        )
    }

    @Test func `Sequence numbers wrap`() {
        var wire = Wire(initial: (0xFFFF_FFFD, 0xFFFF_FFFF))
        wire.connect()
        wire.send(.first, "abc")
        wire.send(.first, Array("ghi".utf8), at: 6)
        wire.send(.first, Array("def".utf8), at: 3)
        wire.send(.second, "123")
        wire.acknowledge(.second)
        wire.close()
        let followed = Followed(wire.passed)
        #expect(followed.text(.first) == "abcdefghi")
        #expect(followed.text(.second) == "123")
        #expect(followed.told.last == "ended finished")
    }

    @Test func `After a reset the other side's bytes still count`() {
        let followed = Followed(
            wire { wire in
                wire.send(.first, "a")
                wire.reset(.second)
                wire.send(.first, "b")
                wire.wait(.seconds(2))
            }
        )
        #expect(
            followed.told == [
                "first 0: a", "second reset", "first 1: b", "ended reset(Reassembly.Side.second)",
            ]
        )
    }

    @Test func `The same ports may carry another connection`() {
        var first = Wire(initial: (1000, 5000))
        first.connect()
        first.send(.first, "old")
        var second = Wire(initial: (90_000, 70_000))
        second.now = first.now
        second.connect()
        second.send(.first, "new")
        second.close()
        let followed = Followed(first.passed + second.passed)
        #expect(followed.tally.streamCount == 2)
        #expect(
            followed.told == [
                "first 0: old", "ended replaced", "first 0: new", "first closed", "second closed",
                "ended finished",
            ]
        )
    }

    @Test func `The same packets captured twice change nothing`() {
        let passed = wire { wire in
            wire.send(.first, "ab")
            wire.send(.second, "12")
            wire.acknowledge(.second)
            wire.close()
        }
        let twice = passed.flatMap { [$0, $0] }
        #expect(Followed(twice).lines == Followed(passed).lines)
    }

    @Test func `A half-closed connection goes on`() {
        let followed = Followed(
            wire { wire in
                wire.finish(.first)
                wire.send(.second, "more")
                wire.finish(.second)
            }
        )
        #expect(followed.told.prefix(3) == ["first closed", "second 0: more", "second closed"])
    }

    @Test func `A stream whose beginning is not there begins with its first bytes`() {
        let passed = wire { wire in
            wire.send(.first, "unseen")
            wire.send(.second, "hello")
            wire.send(.first, "seen")
            wire.acknowledge(.first)
        }
        let followed = Followed(Array(passed.dropFirst(4)), isFinished: false)
        #expect(
            followed.lines == [
                "began midway", "first 0: hello", "first acknowledged 5", "second 0: seen",
                "second acknowledged 4",
            ]
        )
    }

    @Test func `What is of no interest is not followed`() {
        let passed = wire { wire in
            wire.send(.first, "a")
            wire.send(.first, "b")
        }
        var count = 0
        var table = StreamTable()
        for item in passed {
            table.take(item.segment, bytes: item.bytes.span.bytes, at: item.time) {
                _,
                event,
                _,
                _ in
                count += 1
                return event == .began
            }
        }
        #expect(count == 2)
    }

    @Test(arguments: [
        (StreamTable.streamCountMax - 1, 0), (StreamTable.streamCountMax, 0),
        (StreamTable.streamCountMax + 1, StreamTable.streamCountMax / 2 + 1),
    ])
    func `Too many streams at a time drop those that were quiet longest`(
        count: Int,
        dropped: Int
    ) {
        var table = StreamTable()
        for number in 0..<count {
            let segment = TCPSegment(
                source: SocketAddress(
                    IPAddress(v4: UInt32(number >> 14)),
                    port: UInt16(number & 0x3FFF)
                ),
                target: SocketAddress(IPAddress(v4: .max), port: 80),
                sequence: 1,
                acknowledgement: 0,
                flags: .syn,
                payload: 0..<0
            )
            table.take(segment, bytes: RawSpan(), at: .epoch) { _, _, _, _ in true }
        }
        #expect(table.tally.streamCount == UInt64(count))
        #expect(table.tally.droppedCount == UInt64(dropped))
    }

    @Test(arguments: [HalfStreamLimit.below, .at, .above])
    func `A hole is given up when too much is held behind it`(limit: HalfStreamLimit) {
        let followed = Followed(
            wire { wire in
                wire.lose(.first, byteCount: 1)
                let piece = [UInt8](repeating: 0x61, count: 1 << 16)
                for _ in 0..<(HalfStreamLimit.heldByteCount >> 16) { wire.send(.first, piece) }
                switch limit {
                case .below, .at: break
                case .above: wire.send(.first, "x")
                }
            },
            isFinished: false
        )
        let isGivenUp = followed.told.contains("first 0: 1 missing, heldTooLong")
        #expect(isGivenUp == (limit == .above))
    }

    /// However a capture shuffles, repeats and shortens segments: no byte is another's, and gaps are what is left.
    @Test(arguments: Seeds.some(200))
    func `Any order of cut packets gives bytes that were sent, and gaps of their size`(seed: UInt64)
    {
        var dice = SeededGenerator(seed: seed)
        let text = (0..<Int.random(in: 1...400, using: &dice)).map { _ in
            UInt8.random(in: 0x20...0x7E, using: &dice)
        }
        var wire = Wire(initial: (UInt32.random(in: 0...UInt32.max, using: &dice), 9))
        let isFromStart = Bool.random(using: &dice)
        wire.connect()
        let beginning = isFromStart ? wire.passed : []
        let initial = wire.passed[0].segment.sequence &+ 1
        wire.passed = []
        var start = 0
        while start < text.count {
            let end = min(text.count, start + Int.random(in: 1...40, using: &dice))
            for _ in 0..<Int.random(in: 1...2, using: &dice) {
                let first = max(0, start - Int.random(in: 0...10, using: &dice))
                let kept = Int.random(in: 0...end - first, using: &dice)
                wire.send(
                    .first,
                    Array(text[first..<first + kept]),
                    at: UInt32(first),
                    cutByteCount: end - first - kept
                )
            }
            start = end
        }
        let shuffled = wire.passed.shuffled(using: &dice)
        let followed = Followed(beginning + shuffled)
        let known = isFromStart ? 0 : Int(shuffled[0].segment.sequence &- initial)
        #expect(
            followed.covers(Array(text[known...]), of: .first),
            "SEED=\(seed): \(followed.told)"
        )
        #expect(!followed.told.contains { $0.contains("differ") }, "SEED=\(seed)")
    }

    /// However a capture shuffles and repeats segments, the bytes are those that were sent.
    @Test(arguments: Seeds.some(200))
    func `Any order gives the bytes that were sent`(seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        let text = (0..<Int.random(in: 1...400, using: &dice)).map { _ in
            UInt8.random(in: 0x20...0x7E, using: &dice)
        }
        var wire = Wire(initial: (UInt32.random(in: 0...UInt32.max, using: &dice), 9))
        wire.connect()
        let beginning = wire.passed
        wire.passed = []
        var start = 0
        while start < text.count {
            let end = min(text.count, start + Int.random(in: 1...40, using: &dice))
            for _ in 0..<Int.random(in: 1...2, using: &dice) {
                let first = max(0, start - Int.random(in: 0...10, using: &dice))
                wire.send(.first, Array(text[first..<end]), at: UInt32(first))
            }
            start = end
        }
        let shuffled = wire.passed.shuffled(using: &dice)
        let followed = Followed(beginning + shuffled)
        #expect(followed.bytes[.first] == text, "SEED=\(seed)")
        #expect(!followed.told.contains { $0.contains("missing") || $0.contains("differ") })
    }
}

/// Just below, at and above the bytes that one side may have held.
enum HalfStreamLimit: CaseIterable {
    case below, at, above

    static let heldByteCount = 8 << 20
}
