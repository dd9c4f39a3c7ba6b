/// Finds the smallest set of messages of one stream that must have moved for the others to be in
/// order, while they come by.
///
/// As long as each number follows the one before, one number is held. A jump opens a *stretch*, which
/// ends when all numbers up to its greatest have come, or at a limit; the numbers of a stretch that
/// are in no longest ascending run of it are displaced.
///
/// ```
/// 1 2 5 3 4 6      stretch 5 3 4: ascending run 3 4, displaced 5
/// ```
package struct DisplacementTracker {
    /// How many numbers a stretch may have; a number that comes later than that is displaced by
    /// itself, which may then not be the smallest set.
    package static let stretchMax = 1024

    /// Numbers that were delivered after a successor, as the smallest set that explains it.
    package private(set) var displaced = SequenceSet()

    /// All numbers up to this have come or are given up; `nil` before the first.
    ///
    /// A stream that begins in its middle begins with a stretch.
    private var settledThrough: UInt64?
    private var stretch: [UInt64] = []
    private var stretchLast: UInt64 = 0

    /// Creates a tracker that has seen nothing.
    package init() {}

    /// Takes the next number that is delivered for the first time.
    package mutating func take(_ number: UInt64) {
        guard let settled = settledThrough ?? (number == 0 ? nil : 0) else {
            settledThrough = 0
            return
        }
        if number < settled {
            displaced.insert(number)
            return
        }
        if stretch.isEmpty, number == settled &+ 1 {
            settledThrough = number
            return
        }
        if stretch.isEmpty { stretchLast = 0 }
        stretch.append(number)
        stretchLast = max(stretchLast, number)
        settledThrough = settled
        let isFull = UInt64(stretch.count) == stretchLast - settled
        if isFull || stretch.count == Self.stretchMax { settleStretch() }
    }

    /// Ends the stream: what is open is settled.
    package mutating func finish() {
        settleStretch()
    }

    private mutating func settleStretch() {
        guard !stretch.isEmpty else { return }
        for number in Self.outsideLongestAscendingRun(of: stretch) { displaced.insert(number) }
        settledThrough = max(settledThrough ?? 0, stretchLast)
        stretch.removeAll(keepingCapacity: true)
    }

    /// Patience sorting: piles hold the least last number of an ascending run of each length.
    private static func outsideLongestAscendingRun(of numbers: [UInt64]) -> [UInt64] {
        var pileTops: [Int] = []
        var before = [Int](repeating: -1, count: numbers.count)
        for index in numbers.indices {
            var low = 0
            var high = pileTops.count
            while low < high {
                let middle = (low + high) / 2
                if numbers[pileTops[middle]] < numbers[index] {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            before[index] = low > 0 ? pileTops[low - 1] : -1
            if low == pileTops.count { pileTops.append(index) } else { pileTops[low] = index }
        }
        var isInRun = [Bool](repeating: false, count: numbers.count)
        var index = pileTops.last ?? -1
        while index >= 0 {
            isInRun[index] = true
            index = before[index]
        }
        return numbers.indices.filter { !isInRun[$0] }.map { numbers[$0] }
    }
}
