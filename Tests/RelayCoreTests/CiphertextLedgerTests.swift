import CaptureFormat
import RelayCore
import Testing
import Vocabulary

@Suite struct CiphertextLedgerTests {
    private static func wire(
        written: UInt64,
        acknowledged: UInt64,
        unsent: UInt64 = 0
    ) -> LegProgress {
        LegProgress(written: written, acknowledged: acknowledged, unsent: unsent, isKnown: true)
    }

    /// A handshake of 1000 bytes, then three records of 100, 200 and 300 bytes of the stream in one flush,
    /// with 22 bytes around each (RFC 8446 §5.2).
    private static func threeRecords() -> CiphertextLedger {
        var ledger = CiphertextLedger()
        ledger.note(wire: 1000, bytes: 0, records: [])
        ledger.note(wire: 1000 + 600 + 66, bytes: 600, records: [117, 217, 317])
        return ledger
    }

    @Test(arguments: [
        (0 as UInt64, 0 as UInt64), (999, 0), (1000, 0), (1121, 0), (1122, 100), (1343, 100),
        (1344, 300), (1665, 300), (1666, 600),
    ])
    func `a record counts when it is there whole`(wire: UInt64, bytes: UInt64) {
        var ledger = Self.threeRecords()
        #expect(
            ledger.progress(Self.wire(written: 1666, acknowledged: wire))
                == Self.wire(written: 600, acknowledged: bytes)
        )
        var sent = Self.threeRecords()
        let progress = sent.progress(
            Self.wire(written: 1666, acknowledged: 0, unsent: 1666 - wire)
        )
        #expect(progress.written - progress.unsent == bytes)
    }

    @Test func `what the kernel has not been handed is not written`() {
        var ledger = Self.threeRecords()
        #expect(ledger.progress(Self.wire(written: 1300, acknowledged: 0)).written == 100)
    }

    @Test func `records that cannot be told apart are rounded to the safe side`() {
        var ledger = CiphertextLedger()
        // With padding of its own for each record, as block ciphers have it.
        ledger.note(wire: 700, bytes: 600, records: [320, 370])
        let half = ledger.progress(Self.wire(written: 700, acknowledged: 350, unsent: 350))
        #expect(half.acknowledged == 0)
        #expect(half.unsent == 0)
        #expect(ledger.progress(Self.wire(written: 700, acknowledged: 700)).acknowledged == 600)
    }

    @Test func `something else between the records is not taken for one`() {
        var ledger = CiphertextLedger()
        ledger.note(wire: 10 + 322 + 322, bytes: 600, records: [317, 317])
        #expect(ledger.progress(Self.wire(written: 654, acknowledged: 332)).acknowledged == 0)
    }

    @Test func `asking again gives the same, and forgets what is done`() {
        var ledger = Self.threeRecords()
        for _ in 0..<3 {
            #expect(
                ledger.progress(Self.wire(written: 1666, acknowledged: 1400)).acknowledged == 300
            )
        }
        ledger.note(wire: 1666 + 72, bytes: 650, records: [67])
        #expect(ledger.progress(Self.wire(written: 1738, acknowledged: 1738)).acknowledged == 650)
    }

    @Test func `without the kernel nothing is known`() {
        var ledger = Self.threeRecords()
        #expect(ledger.progress(LegProgress()) == LegProgress())
    }

    /// Whatever is forgotten for the sake of memory, the truth lies between what is said.
    @Test(arguments: 0..<20)
    func `the truth lies between what is said`(seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        var ledger = CiphertextLedger()
        var ends: [(wire: UInt64, bytes: UInt64)] = [(0, 0)]
        for _ in 0..<3000 {
            let counts = (0..<Int.random(in: 1...4, using: &dice)).map { _ in
                UInt64.random(in: 1...500, using: &dice)
            }
            for count in counts {
                let last = ends[ends.count - 1]
                ends.append((last.wire + count + 22, last.bytes + count))
            }
            let last = ends[ends.count - 1]
            ledger.note(
                wire: last.wire,
                bytes: last.bytes,
                records: counts.map { UInt16($0 + 17) }
            )
        }
        let total = ends[ends.count - 1]
        var acknowledged: UInt64 = 0
        for _ in 0..<40 {
            acknowledged = .random(in: acknowledged...total.wire, using: &dice)
            let sent = UInt64.random(in: acknowledged...total.wire, using: &dice)
            let said = ledger.progress(
                Self.wire(
                    written: total.wire,
                    acknowledged: acknowledged,
                    unsent: total.wire - sent
                )
            )
            #expect(said.written == total.bytes)
            let whole = { (wire: UInt64) in ends.last { $0.wire <= wire }?.bytes ?? 0 }
            #expect(said.acknowledged <= whole(acknowledged))
            #expect(said.written - said.unsent >= whole(sent))
            #expect(said.acknowledged <= said.written - said.unsent)
        }
    }
}
