/// Finds what somebody meant to write.
public enum NearestWord {
    /// The candidate that the fewest changed, missing and extra letters part from `word`.
    ///
    /// - Parameters:
    ///   - word: What was written.
    ///   - candidates: What could have been meant.
    /// - Returns: The nearest; `nil` when more than a third of the letters are off.
    public static func to(_ word: String, among candidates: [String]) -> String? {
        let best = candidates.map { (name: $0, distance: distance(word, $0)) }
            .min { $0.distance < $1.distance }
        guard let best, best.distance * 3 <= max(word.count, best.name.count) + 1 else {
            return nil
        }
        return best.name
    }

    /// Levenshtein's distance, with two letters in each other's place counted as one mistake.
    public static func distance(_ left: String, _ right: String) -> Int {
        // Names are short; what is longer than any of them is far from all.
        let left = Array(left.prefix(32))
        let right = Array(right.prefix(32))
        var rows = [Array(0...right.count)]
        for row in 0..<left.count {
            var next = [row + 1]
            for column in 0..<right.count {
                let isSame = left[row] == right[column]
                var cost = min(rows[row][column] + (isSame ? 0 : 1), next[column] + 1)
                cost = min(cost, rows[row][column + 1] + 1)
                if row > 0, column > 0, left[row] == right[column - 1],
                    left[row - 1] == right[column]
                {
                    cost = min(cost, rows[row - 1][column - 1] + 1)
                }
                next.append(cost)
            }
            rows.append(next)
        }
        return rows[left.count][right.count]
    }
}
