internal import CaptureStore
internal import Vocabulary

/// What `--keep` says: `10files`, `20G`, `7d`, or several of them with commas between.
enum RetentionText {
    private static let ages: [(String, Int64)] = [
        ("s", 1), ("min", 60), ("h", 3600), ("d", 86_400), ("w", 604_800),
    ]

    /// Reads a retention policy.
    ///
    /// - Throws: ``OperatorError`` when a part is neither a number of files, a size nor an age.
    static func read(_ value: SettingSheet.Value) throws(OperatorError) -> RetentionPolicy {
        var policy = RetentionPolicy()
        for part in value.text.split(separator: ",", omittingEmptySubsequences: false) {
            let word = part.filter { $0 != " " }
            if let count = fileCount(word), policy.fileCount == nil {
                policy.fileCount = count
            } else if let age = age(word), policy.age == nil {
                policy.age = age
            } else if let bytes = size(word), policy.byteCount == nil {
                policy.byteCount = bytes
            } else {
                throw OperatorError(
                    .usage,
                    "\(value.origin) is '\(value.text)'; write a number of files (10files), a size "
                        + "(20G) or an age (7d, 12h, 90min), each once, with commas between."
                )
            }
        }
        return policy
    }

    private static func fileCount(_ word: String) -> Int? {
        for ending in ["files", "file"] where word.hasSuffix(ending) {
            guard let count = Int(word.dropLast(ending.count)), count > 0 else { return nil }
            return count
        }
        return nil
    }

    private static func age(_ word: String) -> Duration? {
        for (ending, seconds) in ages where word.hasSuffix(ending) {
            guard let count = Int64(word.dropLast(ending.count)), count > 0, count < 1 << 32 else {
                continue
            }
            return .seconds(count * seconds)
        }
        return nil
    }

    /// A size has a unit: a bare number could be anything, and `m` could be minutes.
    private static func size(_ word: String) -> UInt64? {
        guard word.last?.isNumber == false, word.last != "m", let bytes = ByteCountText.read(word),
            bytes > 0
        else {
            return nil
        }
        return bytes
    }
}
