import ReferencePeers
import Testing

struct AckBookTests {
    private func book(_ letters: String) -> AckBook {
        var book = AckBook()
        for message in messages(letters) {
            book.noteSent(message)
        }
        return book
    }

    @Test
    func `an acknowledgement covers its stream up to and including its sequence`() {
        var book = book("mtmdm")
        #expect(book.acknowledge(ack("m", upTo: 3)) == 2)
        #expect(book.count == 3)
        #expect(book.removeAll().map(\.text) == ["t2", "d4", "m5"])
    }

    @Test
    func `an acknowledgement that comes again covers nothing more`() {
        var book = book("mm")
        #expect(book.acknowledge(ack("m", upTo: 2)) == 2)
        #expect(book.acknowledge(ack("m", upTo: 2)) == 0)
        #expect(book.acknowledge(ack("m", upTo: 1)) == 0)
        #expect(book.count == 0)
    }

    @Test
    func `an acknowledgement of what was never sent covers only what was`() {
        var book = book("mt")
        #expect(book.acknowledge(ack("d", upTo: 9)) == 0)
        #expect(book.acknowledge(ack("m", upTo: .max)) == 1)
        book.noteSent(message("m", 3))
        #expect(book.removeAll().map(\.text) == ["t2", "m3"])
    }

    @Test
    func `the oldest of one importance is found across streams`() {
        var book = book("tdmt")
        #expect(book.popFirst(.ordinary)?.text == "d2")
        #expect(book.popFirst(.ordinary)?.text == "m3")
        #expect(book.popFirst(.ordinary) == nil)
        #expect(book.popFirst(.priority)?.text == "t1")
        #expect(book.count == 1)
    }
}
