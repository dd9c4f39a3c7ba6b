private import SystemPackage
public import Vocabulary

#if canImport(Glibc)
private import Glibc
#endif

/// Removes captures that a retention policy lets go.
public struct CaptureJanitor: Sendable {
    /// What was removed, and what could not be.
    public struct Sweep: Equatable, Sendable {
        /// The removed files, oldest first.
        public var removed: [RetentionPolicy.File] = []
        /// Files that could not be removed, with the reason.
        public var failed: [String] = []
    }

    private let names: CaptureNames
    private let policy: RetentionPolicy

    /// Looks after the files of one proxy.
    public init(names: CaptureNames, policy: RetentionPolicy) {
        self.names = names
        self.policy = policy
    }

    /// Removes what has to go; files that somebody is writing, or that have no end, stay.
    ///
    /// - Parameters:
    ///   - current: The file that is being written.
    ///   - reserve: Bytes to leave for it.
    ///   - now: The wall's time.
    /// - Returns: What was removed.
    public func sweep(current: String, reserve: UInt64, now: Instant) -> Sweep {
        var sweep = Sweep()
        guard policy.isActive else { return sweep }
        do throws(StoreError) {
            let files = try CaptureFolder.names(in: names.folder).filter(names.isOwn)
                .map { FilePath(names.folder).appending($0).string }
                .filter { $0 != current && !names.isLater($0, than: current) }
                .compactMap(Self.describe)
            for file in policy.excess(of: files, current: reserve, now: now) {
                guard Self.isFinished(file.path) else { continue }
                if unlink(file.path) == 0 {
                    sweep.removed.append(file)
                } else if errno != ENOENT {
                    sweep.failed.append("\(file.path): \(Errno(rawValue: errno))")
                }
            }
        } catch {
            sweep.failed.append(error.sentence)
        }
        return sweep
    }

    private static func describe(_ path: String) -> RetentionPolicy.File? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return RetentionPolicy.File(
            path: path,
            byteCount: UInt64(clamping: status.st_size),
            written: Instant(
                nanoseconds: UInt64(clamping: status.st_mtim.tv_sec) * 1_000_000_000
                    + UInt64(clamping: status.st_mtim.tv_nsec)
            )
        )
    }

    private static func isFinished(_ path: String) -> Bool {
        do {
            let file = try CaptureFile(path, looksIntoRing: false)
            // A killed proxy may leave a file without a byte.
            if file.byteCount == 0 { return !file.isBeingWritten }
            return try file.endsLikeSealed()
        } catch {
            return false
        }
    }
}
