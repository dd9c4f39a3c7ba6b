/// A set of sequence numbers, held as ranges: a stream without holes costs one range, however long.
public struct SequenceSet: Equatable, Sendable {
    /// The ranges, ascending, never touching each other.
    public private(set) var ranges: [ClosedRange<UInt64>] = []

    /// The empty set.
    public init() {}

    /// The set of the numbers in one range.
    public init(_ range: ClosedRange<UInt64>) {
        ranges = [range]
    }

    /// Whether there is no number in the set.
    public var isEmpty: Bool { ranges.isEmpty }

    /// The least number.
    public var first: UInt64? { ranges.first?.lowerBound }

    /// The greatest number.
    public var last: UInt64? { ranges.last?.upperBound }

    /// How many numbers are in the set, clamped to 64 bits.
    public var count: UInt64 {
        ranges.reduce(0) { sum, range in
            let next = sum.addingReportingOverflow(Self.length(of: range))
            return next.overflow ? .max : next.partialValue
        }
    }

    /// How many numbers a range has, clamped to 64 bits.
    static func length(of range: ClosedRange<UInt64>) -> UInt64 {
        let difference = range.upperBound - range.lowerBound
        return difference == .max ? .max : difference + 1
    }

    /// Whether `number` is in the set.
    public func contains(_ number: UInt64) -> Bool {
        guard let last, number <= last else { return false }
        let index = firstIndex(endingAtOrAfter: number)
        return index < ranges.count && ranges[index].lowerBound <= number
    }

    /// Puts a number in.
    ///
    /// - Returns: Whether it was not there before.
    @discardableResult
    public mutating func insert(_ number: UInt64) -> Bool {
        guard let last = ranges.last else {
            ranges.append(number...number)
            return true
        }
        if number > last.upperBound {
            if number - last.upperBound == 1 {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
            return true
        }
        guard !contains(number) else { return false }
        insert(number...number)
        return true
    }

    /// Puts all numbers of a range in.
    public mutating func insert(_ range: ClosedRange<UInt64>) {
        // Everything that overlaps the range or touches it becomes one range.
        let below = range.lowerBound == 0 ? 0 : range.lowerBound - 1
        let above = range.upperBound == .max ? .max : range.upperBound + 1
        let start = firstIndex(endingAtOrAfter: below)
        var end = start
        var joined = range
        while end < ranges.count, ranges[end].lowerBound <= above {
            joined =
                min(
                    joined.lowerBound,
                    ranges[end].lowerBound
                )...max(
                    joined.upperBound,
                    ranges[end].upperBound
                )
            end += 1
        }
        ranges.replaceSubrange(start..<end, with: CollectionOfOne(joined))
    }

    /// Takes a number out.
    ///
    /// - Returns: Whether it was there.
    @discardableResult
    public mutating func remove(_ number: UInt64) -> Bool {
        guard contains(number) else { return false }
        remove(number...number)
        return true
    }

    /// Takes all numbers of a range out.
    public mutating func remove(_ range: ClosedRange<UInt64>) {
        let start = firstIndex(endingAtOrAfter: range.lowerBound)
        var end = start
        var kept: [ClosedRange<UInt64>] = []
        while end < ranges.count, ranges[end].lowerBound <= range.upperBound {
            let old = ranges[end]
            if old.lowerBound < range.lowerBound {
                kept.append(old.lowerBound...range.lowerBound - 1)
            }
            if old.upperBound > range.upperBound {
                kept.append(range.upperBound + 1...old.upperBound)
            }
            end += 1
        }
        ranges.replaceSubrange(start..<end, with: kept)
    }

    /// The numbers that are in either set.
    public func union(_ other: SequenceSet) -> SequenceSet {
        var result = self
        for range in other.ranges { result.insert(range) }
        return result
    }

    /// The numbers that are in this set and not in the other.
    public func subtracting(_ other: SequenceSet) -> SequenceSet {
        var result = SequenceSet()
        var index = 0
        for range in ranges {
            var lower = range.lowerBound
            while index < other.ranges.count, other.ranges[index].upperBound < lower { index += 1 }
            var cut = index
            var isUsedUp = false
            while cut < other.ranges.count, other.ranges[cut].lowerBound <= range.upperBound {
                let hole = other.ranges[cut]
                if hole.lowerBound > lower { result.ranges.append(lower...hole.lowerBound - 1) }
                guard hole.upperBound < range.upperBound else {
                    isUsedUp = true
                    break
                }
                lower = hole.upperBound + 1
                cut += 1
            }
            if !isUsedUp { result.ranges.append(lower...range.upperBound) }
        }
        return result
    }

    /// The numbers that are in both sets.
    public func intersection(_ other: SequenceSet) -> SequenceSet {
        subtracting(subtracting(other))
    }

    /// The numbers between the least and the greatest that are not in the set.
    public var holes: SequenceSet {
        guard let first, let last else { return SequenceSet() }
        return SequenceSet(first...last).subtracting(self)
    }

    private func firstIndex(endingAtOrAfter number: UInt64) -> Int {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension SequenceSet: CustomStringConvertible {
    /// `4, 7–9`.
    public var description: String {
        ranges
            .map {
                $0.lowerBound == $0.upperBound
                    ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)"
            }
            .joined(separator: ", ")
    }
}
