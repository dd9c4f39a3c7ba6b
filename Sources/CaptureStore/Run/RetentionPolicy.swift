public import Vocabulary

/// Which finished captures of a proxy are kept; the oldest go first.
public struct RetentionPolicy: Equatable, Sendable {
    /// A finished capture.
    public struct File: Equatable, Sendable {
        /// Where it is.
        public var path: String
        /// How long it is, in bytes.
        public var byteCount: UInt64
        /// When it was last written.
        public var written: Instant

        /// Describes a file.
        public init(path: String, byteCount: UInt64, written: Instant) {
            self.path = path
            self.byteCount = byteCount
            self.written = written
        }
    }

    /// At most so many files, the one that is being written included; `nil` is any number.
    public var fileCount: Int?
    /// At most so many bytes, the one that is being written included; `nil` is any number.
    public var byteCount: UInt64?
    /// None that was finished longer ago; `nil` is any age.
    public var age: Duration?

    /// Creates a policy; the default keeps everything.
    public init(fileCount: Int? = nil, byteCount: UInt64? = nil, age: Duration? = nil) {
        self.fileCount = fileCount
        self.byteCount = byteCount
        self.age = age
    }

    /// Whether anything is ever removed.
    public var isActive: Bool { fileCount != nil || byteCount != nil || age != nil }

    /// Which files have to go.
    ///
    /// - Parameters:
    ///   - files: All finished ones.
    ///   - current: Bytes to leave for the file that is being written.
    ///   - now: The wall's time.
    /// - Returns: Those to remove, the oldest first.
    public func excess(of files: [File], current: UInt64, now: Instant) -> [File] {
        let sorted = files.sorted { ($0.written, $0.path) < ($1.written, $1.path) }
        var count = sorted.count + 1
        var bytes = sorted.reduce(current) { $0 + $1.byteCount }
        var excess: [File] = []
        for file in sorted {
            let isOld = age.map { now.since(file.written) > $0 } ?? false
            let isTooMany = fileCount.map { count > $0 } ?? false
            let isTooMuch = byteCount.map { bytes > $0 } ?? false
            guard isOld || isTooMany || isTooMuch else { continue }
            excess.append(file)
            count -= 1
            bytes -= file.byteCount
        }
        return excess
    }
}
