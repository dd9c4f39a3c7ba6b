import ReferencePeers
import Testing
import Vocabulary

struct LineTests {
    @Test
    func `an empty line has nothing to give`() {
        var line = Line<Int>()
        #expect(line.isEmpty)
        #expect(line.first == nil)
        #expect(line.popFirst() == nil)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `it gives what an array gives, in any mix of calls`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var line = Line<Int>()
        var array: [Int] = []
        for step in 0..<2000 {
            if Bool.random(using: &generator) {
                line.append(step)
                array.append(step)
            } else {
                #expect(line.popFirst() == (array.isEmpty ? nil : array.removeFirst()))
            }
            #expect(line.count == array.count, "SEED=\(seed)")
            #expect(line.first == array.first, "SEED=\(seed)")
        }
        #expect(Array(line.elements) == array, "SEED=\(seed)")
    }
}
