import Testing
import Verification

@Suite struct `DisplacementTracker: the smallest set out of turn` {
    /// How few numbers must go so that the others ascend, by trying all subsets.
    private func leastDisplaced(_ numbers: [UInt64]) -> Int {
        (0..<1 << numbers.count)
            .filter { mask in
                let kept = numbers.indices.filter { mask & 1 << $0 != 0 }.map { numbers[$0] }
                return zip(kept, kept.dropFirst()).allSatisfy { $0 < $1 }
            }
            .map { numbers.count - $0.nonzeroBitCount }
            .min() ?? 0
    }

    private func permutations(_ numbers: [UInt64]) -> [[UInt64]] {
        guard let first = numbers.first else { return [[]] }
        return permutations(Array(numbers.dropFirst())).flatMap { rest in
            (0...rest.count).map { Array(rest[..<$0]) + [first] + Array(rest[$0...]) }
        }
    }

    @Test func `every order of six numbers is explained by the fewest displacements`() {
        for order in permutations(Array(1...6)) {
            var tracker = DisplacementTracker()
            for number in order { tracker.take(number) }
            tracker.finish()
            #expect(tracker.displaced.count == UInt64(leastDisplaced(order)), "\(order)")
        }
    }

    @Test func `holes and a late start displace nothing`() {
        var tracker = DisplacementTracker()
        for number in [40, 41, 45, 46, 60] as [UInt64] { tracker.take(number) }
        tracker.finish()
        #expect(tracker.displaced.isEmpty)
    }

    @Test func `a number that comes after the stretch is settled is displaced by itself`() {
        var tracker = DisplacementTracker()
        tracker.take(1)
        for number in 3...UInt64(DisplacementTracker.stretchMax) + 10 { tracker.take(number) }
        tracker.take(2)
        tracker.finish()
        #expect(tracker.displaced.description == "2")
    }
}
