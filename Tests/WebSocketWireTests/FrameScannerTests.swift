import TestKit
import Testing
import Vocabulary
import WebSocketWire

/// What the scanner makes of a stream, whatever buffers it came in.
private struct Scanned: Equatable {
    var heads: [FrameHeader] = []
    var headers: [[UInt8]] = []
    var payloads: [[UInt8]] = []
    var numbers: [UInt64] = []
    var completed: [Bool] = []
    var error: WireError?
    var isBetweenFrames = true
    /// Bytes before the offending head of an error, or all.
    var takenByteCount = 0

    init(_ buffers: [[UInt8]], isGuarded: Bool = false) {
        var scanner = FrameScanner()
        for buffer in buffers where error == nil {
            if isGuarded {
                let (bytes, range) = DripFeed.guarded(buffer)
                take(bytes.span.bytes.extracting(range), with: &scanner)
            } else {
                take(buffer.span.bytes, with: &scanner)
            }
        }
        isBetweenFrames = scanner.isBetweenFrames
    }

    private mutating func take(_ bytes: RawSpan, with scanner: inout FrameScanner) {
        var position = 0
        do throws(WireError) {
            while let part = try scanner.next(in: bytes, from: &position) {
                note(part, in: bytes)
            }
            precondition(position == bytes.byteCount, "the scanner left bytes unread")
        } catch {
            self.error = error
        }
    }

    private mutating func note(_ part: FrameScanner.Part, in bytes: RawSpan) {
        if numbers.last != part.frame {
            precondition(part.part == 0, "a frame begins with part \(part.part)")
            numbers.append(part.frame)
            headers.append([])
            payloads.append([])
            completed.append(false)
        }
        let last = numbers.count - 1
        headers[last] += part.header.map { bytes.byte(at: $0) }
        payloads[last] += part.payload.map { bytes.byte(at: $0) }
        takenByteCount += part.bytes.count
        if part.isLast {
            completed[last] = true
            if let head = part.head { heads.append(head) }
        }
    }
}

/// A stream with everything that RFC 6455 allows, and some of what it does not.
private let medley: [UInt8] = [
    FrameBytes.frame(.text, Array("hello".utf8), maskKey: 0x1234_5678),
    FrameBytes.frame(.binary, []),
    FrameBytes.frame(.text, [0x41], isFinal: false, reservedBits: 4),
    FrameBytes.frame(.ping, Array("are you there".utf8), maskKey: 7),
    FrameBytes.frame(.continuation, [0x42, 0x43]),
    FrameBytes.frame(.binary, [UInt8](repeating: 9, count: 125)),
    FrameBytes.frame(.binary, [UInt8](repeating: 8, count: 126), maskKey: 0xFFFF_FFFF),
    FrameBytes.frame(.binary, [1, 2], length: .sixteenBits),
    FrameBytes.frame(.binary, [1, 2, 3], maskKey: 1, length: .sixtyFourBits),
    FrameBytes.frame(Opcode(rawValue: 3), [1], reservedBits: 7),
    FrameBytes.frame(Opcode(rawValue: 0xF), []),
    FrameBytes.frame(.close, [0x03, 0xE8]),
].flatMap { $0 }

@Suite struct FrameScannerTests {
    @Test func `finds the same frames however the bytes arrive`() {
        let whole = Scanned([medley])
        #expect(whole.heads.count == 12)
        #expect(
            whole.headers.flatMap { $0 }.count + whole.payloads.flatMap { $0 }.count == medley.count
        )
        for way in DripFeed.ways(medley) {
            #expect(Scanned(way) == whole)
            #expect(Scanned(way, isGuarded: true) == whole)
        }
    }

    @Test func `asks for more at every proper prefix`() {
        let boundaries = boundariesOf(medley)
        for count in 0..<medley.count {
            let scanned = Scanned([Array(medley[..<count])])
            #expect(scanned.takenByteCount == count)
            #expect(scanned.isBetweenFrames == boundaries.contains(count))
        }
    }

    @Test(arguments: [0, 1, 125, 126, 127, 65_535, 65_536, 70_000])
    func `reads every length form`(length: Int) throws {
        for form in FrameBytes.LengthForm.allCases {
            let bytes = FrameBytes.frame(
                .binary,
                [UInt8](repeating: 1, count: length),
                maskKey: 42,
                length: form
            )
            let scanned = Scanned([bytes])
            let head = try #require(scanned.heads.first)
            #expect(head.payloadLength == UInt64(length))
            #expect(head.maskKey == 42)
            #expect(scanned.payloads[0].count == length)
            #expect(scanned.isBetweenFrames)
        }
    }

    @Test func `tells minimal lengths from wasteful ones`() throws {
        let minimal = FrameBytes.frame(.binary, [UInt8](repeating: 0, count: 126))
        let wasteful = FrameBytes.frame(.binary, [1], length: .sixtyFourBits)
        #expect(try #require(Scanned([minimal]).heads.first).isMinimalLength)
        #expect(!(try #require(Scanned([wasteful]).heads.first).isMinimalLength))
    }

    @Test func `refuses a length with its highest bit set and says where`() {
        let hostile: [UInt8] = [0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 1]
        let stream = FrameBytes.frame(.text, [0x41]) + hostile + [1, 2, 3]
        for way in DripFeed.ways(stream) {
            let scanned = Scanned(way)
            #expect(scanned.error == .payloadLengthTooLarge(got: 0x8000_0000_0000_0001))
            #expect(scanned.heads.count == 1)
        }
    }

    @Test func `holds the longest legal length without holding its payload`() throws {
        let head: [UInt8] = [0x82, 127, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
        let scanned = Scanned([head, [UInt8](repeating: 0, count: 1000)])
        #expect(scanned.error == nil)
        #expect(scanned.payloads[0].count == 1000)
        #expect(!scanned.isBetweenFrames)
    }

    @Test(arguments: Seeds.some(200))
    func `random bytes in random pieces give the same as in one`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let stream = generator.bytes(Int.random(in: 0..<4096, using: &generator))
        var pieces: [[UInt8]] = []
        var rest = stream[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...rest.count, using: &generator)
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        let whole = Scanned([stream])
        let cut = Scanned(pieces)
        #expect(cut.heads == whole.heads, "SEED=\(seed)")
        #expect(cut.error == whole.error, "SEED=\(seed)")
        #expect(
            cut.payloads.filter { !$0.isEmpty } == whole.payloads.filter { !$0.isEmpty },
            "SEED=\(seed)"
        )
    }

    @Test(arguments: Seeds.some(100))
    func `mutated frames never hang or read beyond their buffer`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var stream = medley
        for _ in 0..<Int.random(in: 1...8, using: &generator) {
            stream[Int.random(in: 0..<stream.count, using: &generator)] = UInt8.random(
                in: .min ... .max,
                using: &generator
            )
        }
        let scanned = Scanned(stream.map { [$0] }, isGuarded: true)
        #expect(scanned.takenByteCount <= stream.count, "SEED=\(seed)")
    }

    private func boundariesOf(_ stream: [UInt8]) -> Set<Int> {
        let scanned = Scanned([stream])
        var boundaries: Set<Int> = [0]
        var end = 0
        for (header, payload) in zip(scanned.headers, scanned.payloads) {
            end += header.count + payload.count
            boundaries.insert(end)
        }
        return boundaries
    }
}
