internal import Vocabulary

/// Streams that are looked at again after a while, in the order of entering.
struct WaitingList {
    /// How long a stream waits.
    let patience: Duration

    private var entries: [(until: Instant, stream: TCPStream)] = []
    private var head = 0

    init(patience: Duration) {
        self.patience = patience
    }

    /// Lets a stream wait.
    mutating func append(_ stream: TCPStream, at time: Instant) {
        entries.append((time.advanced(by: patience), stream))
    }

    /// The next stream that has waited long enough.
    @inline(__always)
    mutating func next(at time: Instant) -> TCPStream? {
        guard head < entries.count, entries[head].until <= time else { return nil }
        defer { advance() }
        return entries[head].stream
    }

    private mutating func advance() {
        head += 1
        guard head == entries.count || head > 1024 && head * 2 > entries.count else { return }
        entries.removeFirst(head)
        head = 0
    }
}
