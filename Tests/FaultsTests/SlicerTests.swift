import Faults
import Testing
import Vocabulary

@Suite struct SlicerTests {
    @Test func `halves until the pieces are small, with a pause behind each`() throws {
        var book = try #require(ChainBook([.slicer(Slicer(averageSize: 2, delay: 1000))]))
        book.bytes("abcdefgh")
        book.run(until: 100)
        #expect(book.take() == ["0 ab", "1 cd", "2 ef", "3 gh"])
        #expect(book.heldByteCount == 0)
    }

    @Test func `what comes during the pause waits for its end`() throws {
        var book = try #require(ChainBook([.slicer(Slicer(averageSize: 4, delay: 10_000))]))
        book.bytes("abcd")
        book.run(until: 5)
        book.bytes("ef")
        book.run(until: 100)
        #expect(book.take() == ["0 abcd", "10 ef"])
    }

    @Test func `an update lets the rest of the chunk go in one piece`() throws {
        var book = try #require(ChainBook([.slicer(Slicer(averageSize: 2, delay: 10_000))]))
        book.bytes("abcdefgh")
        book.run(until: 5)
        book.update(.slicer(Slicer(averageSize: 3)))
        #expect(book.take() == ["0 ab", "5 cdefgh"])
    }

    @Test(arguments: 1...40)
    func `pieces stay around the average and nothing is lost`(seed: UInt64) throws {
        let slicer = Slicer(averageSize: 20, sizeVariation: 10)
        var book = try #require(ChainBook([.slicer(slicer)], seed: seed))
        let text = String((0..<500).map { Character(Unicode.Scalar(UInt8(33 + $0 % 90))) })
        book.bytes(text)
        let pieces = book.take().map { String($0.dropFirst(2)) }
        #expect(pieces.joined() == text)
        #expect(pieces.allSatisfy { $0.utf8.count <= 30 }, "SEED=\(seed)")
        #expect(pieces.count > 16)
    }
}
