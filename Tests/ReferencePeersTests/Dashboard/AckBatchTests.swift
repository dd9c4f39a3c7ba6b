import ReferencePeers
import Testing

struct AckBatchTests {
    @Test
    func `there is one acknowledgement a stream, with its last sequence`() {
        var batch = AckBatch()
        let (a, b) = (StreamName(text: "a"), StreamName(text: "b"))
        for (sequence, stream) in [(1, b), (1, a), (2, b), (3, b)] as [(UInt64, StreamName)] {
            batch.accepted(sequence, in: stream)
        }
        #expect(
            batch.removeAll() == [
                Acknowledgement(stream: b, lastSequence: 3),
                Acknowledgement(stream: a, lastSequence: 1),
            ]
        )
        #expect(batch.removeAll() == [])
    }

    @Test
    func `a message that came late takes nothing back`() {
        var batch = AckBatch()
        batch.accepted(5, in: StreamName(text: "a"))
        batch.accepted(3, in: StreamName(text: "a"))
        #expect(batch.removeAll().map(\.lastSequence) == [5])
    }
}
