import Testing
import Verification
import Vocabulary

@Suite struct `SequenceSet: numbers as ranges` {
    @Test func `it does what a plain set does`() {
        var dice = SeededGenerator(seed: 11)
        for _ in 0..<200 {
            var set = SequenceSet()
            var plain: Set<UInt64> = []
            var other = SequenceSet()
            var plainOther: Set<UInt64> = []
            for _ in 0..<60 {
                let lower = UInt64.random(in: 0...40, using: &dice)
                let range = lower...lower + UInt64.random(in: 0...6, using: &dice)
                switch Int.random(in: 0..<5, using: &dice) {
                case 0:
                    set.insert(range)
                    plain.formUnion(range)
                case 1:
                    set.remove(range)
                    plain.subtract(range)
                case 2: #expect(set.insert(lower) == plain.insert(lower).inserted)
                case 3: #expect(set.remove(lower) == (plain.remove(lower) != nil))
                default:
                    other.insert(range)
                    plainOther.formUnion(range)
                }
                #expect(set.count == UInt64(plain.count))
            }
            #expect((0...50).allSatisfy { set.contains($0) == plain.contains($0) })
            #expect(numbers(set) == plain.sorted())
            #expect(numbers(set.union(other)) == plain.union(plainOther).sorted())
            #expect(numbers(set.subtracting(other)) == plain.subtracting(plainOther).sorted())
            #expect(numbers(set.intersection(other)) == plain.intersection(plainOther).sorted())
            #expect(
                zip(set.ranges, set.ranges.dropFirst()).allSatisfy {
                    $0.upperBound + 1 < $1.lowerBound
                }
            )
        }
    }

    @Test func `the ends of 64 bits are numbers like others`() {
        var set = SequenceSet()
        set.insert(.max)
        set.insert(0)
        set.insert(UInt64.max - 1)
        #expect(set.description == "0, 18446744073709551614–18446744073709551615")
        set.insert(0...UInt64.max)
        #expect(set.count == .max)
        set.remove(1...UInt64.max - 1)
        #expect(set.description == "0, 18446744073709551615")
        #expect(set.holes.ranges == [1...UInt64.max - 1])
    }

    private func numbers(_ set: SequenceSet) -> [UInt64] {
        set.ranges.flatMap { Array($0) }
    }
}
