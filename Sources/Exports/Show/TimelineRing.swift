/// The last few lines of a timeline.
struct TimelineRing {
    private var lines: [String] = []
    private var next = 0
    private let lineCountMax: Int

    /// Creates a ring.
    init(lineCountMax: Int) {
        self.lineCountMax = lineCountMax
    }

    /// Adds a line; the oldest goes when there are too many.
    mutating func append(_ line: String) {
        guard lineCountMax > 0 else { return }
        guard lines.count == lineCountMax else { return lines.append(line) }
        lines[next] = line
        next = (next + 1) % lineCountMax
    }

    /// The lines, the oldest first.
    var ordered: [String] { Array(lines[next...] + lines[..<next]) }
}
