import Faults
import TestKit
import Testing
import Vocabulary

@Suite struct FaultChainTests {
    @Test func `a connection that no fault touches has no chain`() {
        #expect(ChainBook([]) == nil)
        #expect(ChainBook([.noop]) == nil)
        #expect(ChainBook([.latency(Latency(latency: 1))], toxicity: 0) == nil)
        #expect(ChainBook([.latency(Latency(latency: 1))], toxicity: -1) == nil)
    }

    @Test func `toxicity is the share of connections, and the seed says which`() {
        func touched(_ toxicity: Float, seed: UInt64) -> Set<UInt64> {
            Set(
                (1...2000).filter {
                    ChainBook([.timeout(Timeout())], toxicity: toxicity, seed: seed, connection: $0)
                        != nil
                }
            )
        }
        let some = touched(0.3, seed: 7)
        #expect((500..<700).contains(some.count))
        #expect(touched(0.3, seed: 7) == some)
        #expect(touched(0.3, seed: 8) != some)
        // More toxicity adds connections and changes no other.
        #expect(touched(0.5, seed: 7).isSuperset(of: some))
        #expect(touched(1, seed: 7).count == 2000)
    }

    @Test func `a fault that is added comes last, and works from then on`() throws {
        var book = try #require(ChainBook([.latency(Latency(latency: 100))]))
        book.bytes("a")
        book.add(.limitData(LimitData(bytes: 2)))
        book.bytes("bc")
        book.run(until: 200)
        #expect(
            book.take() == ["100 a", "100 b", "100 dropped 1 limit_data2", "100 close limit_data2"]
        )
    }

    /// Faults that lose nothing by themselves.
    private static func harmless(_ generator: inout SeededGenerator) -> ByteFault {
        switch Int.random(in: 0..<5, using: &generator) {
        case 4: .partition
        case 0:
            .latency(
                Latency(
                    latency: .random(in: 0...50, using: &generator),
                    jitter: .random(in: 0...50, using: &generator)
                )
            )
        case 1: .bandwidth(Bandwidth(rate: .random(in: 1...20, using: &generator)))
        case 2:
            .slicer(
                Slicer(
                    averageSize: .random(in: 1...40, using: &generator),
                    delay: .random(in: 0...3000, using: &generator)
                )
            )
        default: .slowClose(SlowClose(delay: .random(in: 0...100, using: &generator)))
        }
    }

    @Test(arguments: Seeds.some(200))
    func `adding, changing and removing loses and reorders no byte`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var book = try #require(
            ChainBook([Self.harmless(&generator), Self.harmless(&generator)], seed: seed)
        )
        var count = 2
        var sent = ""
        var story: [String] = []
        for step in 0..<200 {
            switch Int.random(in: 0..<8, using: &generator) {
            case 0 where count < 6:
                book.add(Self.harmless(&generator))
                count += 1
            case 1 where count > 1:
                book.removeFirst()
                count -= 1
            default:
                let text = "[\(step)" + String(repeating: "x", count: step % 50) + "]"
                sent += text
                book.bytes(text)
            }
            book.run(until: book.milliseconds + .random(in: 0...20, using: &generator))
            story += book.take()
        }
        book.end()
        book.run(until: book.milliseconds + 3_600_000)
        book.removeAll()
        story += book.take()
        #expect(story.last?.hasSuffix(" end") == true, "SEED=\(seed)")
        let received = story.dropLast().map { line in
            String(line[line.index(after: line.firstIndex(of: " ") ?? line.startIndex)...])
        }
        #expect(received.joined() == sent, "SEED=\(seed)")
        let times = story.compactMap { UInt64($0.prefix { $0 != " " }) }
        #expect(times == times.sorted(), "SEED=\(seed)")
    }
}
