import Faults
import Testing
import Vocabulary

@Suite struct BandwidthTests {
    @Test func `100 000 bytes at 100 KB a second take a second, in pieces of a tenth`() throws {
        var book = try #require(ChainBook([.bandwidth(Bandwidth(rate: 100))]))
        book.bytes(String(repeating: "x", count: 100_000))
        book.run(until: 2000)
        let story = book.take()
        #expect(story.count == 10)
        #expect(story.first?.hasPrefix("100 ") == true)
        #expect(story.last?.hasPrefix("1000 ") == true)
    }

    @Test func `a small chunk waits for its size through the rate`() throws {
        var book = try #require(ChainBook([.bandwidth(Bandwidth(rate: 1))]))
        book.bytes("0123456789")
        book.bytes("abcde")
        book.run(until: 100)
        #expect(book.take() == ["10 0123456789", "15 abcde"])
    }

    @Test func `rate 0 lets nothing pass, and its removal everything`() throws {
        var book = try #require(ChainBook([.bandwidth(Bandwidth(rate: 0))]))
        book.bytes("abc")
        book.run(until: 1_000_000)
        #expect(book.take() == [])
        #expect(book.wakeTime == nil)
        book.removeFirst()
        #expect(book.take() == ["1000000 abc"])
    }

    @Test func `on an update the rest of the chunk goes at once`() throws {
        var book = try #require(ChainBook([.bandwidth(Bandwidth(rate: 1))]))
        book.bytes(String(repeating: "x", count: 150))
        book.run(until: 100)
        #expect(book.take() == ["100 " + String(repeating: "x", count: 100)])
        book.update(.bandwidth(Bandwidth(rate: 10)))
        #expect(book.take() == ["100 " + String(repeating: "x", count: 50)])
    }

    @Test(arguments: [(65_535, false), (65_536, true), (65_537, true)])
    func `the sender feels the rate`(count: Int, isSaturated: Bool) throws {
        var book = try #require(ChainBook([.bandwidth(Bandwidth(rate: 1))]))
        book.bytes(String(repeating: "x", count: count))
        #expect(book.isSaturated == isSaturated)
    }
}
