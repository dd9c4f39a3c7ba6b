import Faults
import Testing
import Vocabulary

@Suite struct LatencyTests {
    @Test func `bytes go on after the delay, and delays overlap`() throws {
        var book = try #require(ChainBook([.latency(Latency(latency: 100))]))
        book.bytes("a")
        book.run(until: 10)
        book.bytes("b")
        #expect(book.take() == [])
        book.run(until: 99)
        #expect(book.take() == [])
        book.run(until: 200)
        #expect(book.take() == ["100 a", "110 b"])
    }

    @Test(arguments: [(-50, 0), (0, -7), (0, 0), (-50, -50)] as [(Int64, Int64)])
    func `negative delays are none`(latency: Int64, jitter: Int64) throws {
        var book = try #require(ChainBook([.latency(Latency(latency: latency, jitter: jitter))]))
        book.bytes("a")
        #expect(book.take() == ["0 a"])
    }

    @Test func `a negative jitter is ignored`() throws {
        var book = try #require(ChainBook([.latency(Latency(latency: 20, jitter: -10))]))
        book.bytes("a")
        book.run(until: 100)
        #expect(book.take() == ["20 a"])
    }

    @Test func `several latencies add up`() throws {
        var book = try #require(
            ChainBook([.latency(Latency(latency: 100)), .latency(Latency(latency: 150))])
        )
        book.bytes("a")
        book.run(until: 500)
        #expect(book.take() == ["250 a"])
    }

    @Test(arguments: 1...50)
    func `jitter keeps within its bounds and never reorders`(seed: UInt64) throws {
        var book = try #require(
            ChainBook([.latency(Latency(latency: 100, jitter: 60))], seed: seed)
        )
        for number in 0..<20 {
            book.run(until: UInt64(number) * 5)
            book.bytes("\(number)")
        }
        book.run(until: 1000)
        let story = book.take()
        #expect(story.map { $0.split(separator: " ")[1] } == (0..<20).map { "\($0)" })
        let first = UInt64(story[0].split(separator: " ")[0])
        #expect((40..<160).contains(first ?? 0), "SEED=\(seed)")
    }

    @Test func `the end is not delayed beyond the bytes before it`() throws {
        var book = try #require(ChainBook([.latency(Latency(latency: 100))]))
        book.end()
        #expect(book.take() == ["0 end"])
        book = try #require(ChainBook([.latency(Latency(latency: 100))]))
        book.bytes("a")
        book.end()
        book.run(until: 300)
        #expect(book.take() == ["100 a", "100 end"])
    }

    @Test func `an update lets go what is held, and so does the removal`() throws {
        var book = try #require(ChainBook([.latency(Latency(latency: 100))]))
        book.bytes("a")
        book.run(until: 20)
        book.update(.latency(Latency(latency: 500)))
        #expect(book.take() == ["20 a"])
        book.bytes("b")
        book.run(until: 30)
        book.removeFirst()
        #expect(book.take() == ["30 b"])
        #expect(book.isIdle)
    }

    @Test(arguments: [(1023, false), (1024, true), (1025, true)])
    func `the sender waits when the queue is full`(count: Int, isSaturated: Bool) throws {
        var book = try #require(ChainBook([.latency(Latency(latency: 100))]))
        for _ in 0..<count { book.bytes("x") }
        #expect(book.isSaturated == isSaturated)
        book.run(until: 100)
        #expect(!book.isSaturated)
    }
}
