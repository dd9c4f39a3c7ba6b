/// Why a benchmark could not be run, as a sentence for the person who started it.
///
/// A figure that misses its goal is not an error: speed is a result.
struct BenchError: Error, Equatable, CustomStringConvertible {
    /// What the process exits with (`sysexits.h`).
    enum Kind: Int32 {
        /// A program or a resource that the run needs is not there.
        case unavailable = 69
        /// The run began and could not be finished.
        case failed = 70
        /// A file could not be made.
        case cannotCreate = 73
        /// The person pressed Ctrl-C, or the run was told to end.
        case interrupted = 130
    }

    var kind: Kind
    /// What was wrong and the way out.
    var description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
