import Faults
import Testing

@Suite struct PartitionTests {
    @Test func `nothing passes, the end neither, and when it is healed all goes on in order`()
        throws
    {
        var book = try #require(ChainBook([.partition]))
        book.bytes("a")
        book.run(until: 50)
        book.bytes("bc")
        book.end()
        book.run(until: 3_600_000)
        #expect(book.take() == [])
        #expect(book.heldByteCount == 3)
        #expect(book.wakeTime == nil)
        book.removeFirst()
        #expect(book.take() == ["3600000 a", "3600000 bc", "3600000 end"])
        #expect(book.isIdle)
    }

    @Test func `what other faults let go stays behind it, and so do the ends that they cause`()
        throws
    {
        var book = try #require(ChainBook([.partition]))
        book.add(.latency(Latency(latency: 100)))
        book.add(.limitData(LimitData(bytes: 2)))
        book.bytes("abc")
        book.run(until: 1000)
        #expect(book.take() == ["100 dropped 1 limit_data3"])
        book.removeFirst()
        #expect(book.take() == ["1000 ab", "1000 close limit_data3"])
    }

    @Test func `a sender that breaks off is heard of when it is healed`() throws {
        var book = try #require(ChainBook([.partition]))
        book.bytes("a")
        book.breakOff(.reset)
        #expect(book.take() == [])
        book.removeFirst()
        #expect(book.take() == ["0 a", "0 reset "])
    }

    @Test(arguments: [(9, false), (10, true), (11, true)])
    func `its sender is not read any more when so much is held`(
        count: Int,
        isSaturated: Bool
    ) throws {
        var book = try #require(ChainBook([.partition], heldByteCountMax: 10))
        book.bytes(String(repeating: "x", count: count))
        #expect(book.isSaturated == isSaturated)
        book.removeFirst()
        #expect(!book.isSaturated)
    }

    @Test func `it is no toxic that could be created`() {
        #expect(ByteFault(type: "partition") == nil)
        #expect(ByteFault.partition.attributes.isEmpty)
    }
}
