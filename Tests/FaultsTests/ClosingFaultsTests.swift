import Faults
import Testing
import Vocabulary

@Suite struct ClosingFaultsTests {
    @Test func `slow_close holds the end and nothing else`() throws {
        var book = try #require(ChainBook([.slowClose(SlowClose(delay: 200))]))
        book.bytes("a")
        book.end()
        #expect(book.take() == ["0 a"])
        book.run(until: 100)
        // The whole new delay begins at the update.
        book.update(.slowClose(SlowClose(delay: 300)))
        book.run(until: 1000)
        #expect(book.take() == ["400 end"])
    }

    @Test func `the removal of slow_close closes at once`() throws {
        var book = try #require(ChainBook([.slowClose(SlowClose(delay: 200))]))
        book.end()
        book.run(until: 50)
        book.removeFirst()
        #expect(book.take() == ["50 end"])
    }

    @Test func `an update of slow_close begins the whole new delay`() throws {
        var book = try #require(ChainBook([.slowClose(SlowClose(delay: 100))]))
        book.end()
        book.run(until: 60)
        book.update(.slowClose(SlowClose(delay: 80)))
        book.run(until: 139)
        #expect(book.take() == [])
        book.run(until: 140)
        #expect(book.take() == ["140 end"])
    }

    @Test func `limit_data 0 closes on the first data, and leaves an idle connection alone`() throws
    {
        var book = try #require(ChainBook([.limitData(LimitData(bytes: 0))]))
        book.run(until: 5000)
        #expect(book.take() == [])
        book.bytes("ab")
        #expect(book.take() == ["5000 dropped 2 limit_data1", "5000 close limit_data1"])
    }

    @Test func `lowering limit_data counts what has passed, and its removal forgets it`() throws {
        var book = try #require(ChainBook([.limitData(LimitData(bytes: 10))]))
        book.bytes("12345")
        book.update(.limitData(LimitData(bytes: 8)))
        book.bytes("67")
        #expect(book.take() == ["0 12345", "0 67"])
        book.removeFirst()
        book.add(.limitData(LimitData(bytes: 8)))
        book.bytes("abcdefg")
        #expect(book.take() == ["0 abcdefg"])
        book.bytes("hij")
        #expect(book.take() == ["0 h", "0 dropped 2 limit_data2", "0 close limit_data2"])
    }

    @Test func `timeout starts its clock again with each update`() throws {
        var book = try #require(ChainBook([.timeout(Timeout(timeout: 100))]))
        book.run(until: 90)
        book.update(.timeout(Timeout(timeout: 50)))
        book.run(until: 139)
        #expect(book.take() == [])
        book.run(until: 140)
        #expect(book.take() == ["140 close timeout1"])
    }

    @Test func `timeout drops everything and closes when nothing comes any more`() throws {
        var book = try #require(ChainBook([.timeout(Timeout(timeout: 500))]))
        for number in 0..<10 {
            book.run(until: UInt64(number) * 200)
            book.bytes("abc")
        }
        book.run(until: 5000)
        let story = book.take()
        #expect(story.count == 11)
        #expect(story.first == "0 dropped 3 timeout1")
        #expect(story.last == "2300 close timeout1")
    }

    @Test(arguments: [0, -1]) func `timeout 0 never closes`(timeout: Int64) throws {
        var book = try #require(ChainBook([.timeout(Timeout(timeout: timeout))]))
        book.bytes("abc")
        #expect(book.wakeTime == nil)
        #expect(book.take() == ["0 dropped 3 timeout1"])
    }

    @Test func `the removal of timeout closes, because bytes are missing`() throws {
        var book = try #require(ChainBook([.timeout(Timeout())]))
        book.bytes("abc")
        book.removeFirst()
        #expect(book.take() == ["0 dropped 3 timeout1", "0 close timeout1"])
        book.bytes("d")
        #expect(book.take() == ["0 dropped 1 timeout1"])
    }

    @Test func `reset_peer swallows the first bytes and breaks the connection`() throws {
        var book = try #require(ChainBook([.resetPeer(ResetPeer(timeout: 30))]))
        book.run(until: 1000)
        #expect(book.take() == [])
        book.bytes("abc")
        book.run(until: 2000)
        #expect(book.take() == ["1000 dropped 3 reset_peer1", "1030 reset reset_peer1"])
    }

    @Test func `reset_peer breaks at the end of the stream too`() throws {
        var book = try #require(ChainBook([.resetPeer(ResetPeer())]))
        book.end()
        #expect(book.take() == ["0 reset reset_peer1"])
    }

    @Test func `limit_data passes so many bytes and closes as soon as they are reached`() throws {
        var book = try #require(ChainBook([.limitData(LimitData(bytes: 10))]))
        book.bytes("0123456")
        book.bytes("789")
        #expect(book.take() == ["0 0123456", "0 789", "0 close limit_data1"])
        book = try #require(ChainBook([.limitData(LimitData(bytes: 10))]))
        book.bytes("0123456789abc")
        #expect(
            book.take() == ["0 0123456789", "0 dropped 3 limit_data1", "0 close limit_data1"]
        )
    }

    @Test func `the count of limit_data survives an update`() throws {
        var book = try #require(ChainBook([.limitData(LimitData(bytes: 10))]))
        book.bytes("01234")
        book.update(.limitData(LimitData(bytes: 8)))
        book.bytes("56789")
        #expect(
            book.take() == [
                "0 01234", "0 567", "0 dropped 2 limit_data1", "0 close limit_data1",
            ]
        )
    }

    @Test func `a close goes behind the bytes that a later fault still holds`() throws {
        var book = try #require(
            ChainBook([.limitData(LimitData(bytes: 3)), .latency(Latency(latency: 100))])
        )
        book.bytes("abc")
        book.bytes("d")
        book.run(until: 500)
        #expect(
            book.take() == ["0 dropped 1 limit_data1", "100 abc", "100 close limit_data1"]
        )
    }

    @Test func `what an earlier fault holds is dropped by the cut behind it`() throws {
        var book = try #require(
            ChainBook([.latency(Latency(latency: 100)), .limitData(LimitData(bytes: 3))])
        )
        book.bytes("abc")
        book.run(until: 50)
        book.bytes("def")
        book.run(until: 500)
        #expect(book.take() == ["100 abc", "100 dropped 3 limit_data2", "100 close limit_data2"])
    }
}
