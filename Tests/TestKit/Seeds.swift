public import Vocabulary

#if canImport(Glibc)
private import Glibc
#endif

/// Seeds for tests with chance: fixed ones, so that a failure can be had again.
public enum Seeds {
    /// The seed that the environment's `SEED` asks for, or as many fixed ones as wanted.
    public static func some(_ count: Int) -> [UInt64] {
        if let text = getenv("SEED"), let seed = UInt64(String(cString: text)) { return [seed] }
        return (0..<UInt64(count)).map { 0x5EED_0000 + $0 }
    }
}

extension SeededGenerator {
    /// Random bytes.
    public mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }
}
