public import CaptureFormat

#if canImport(Glibc)
private import Glibc
#endif

/// Reads a run that is still being written: what there is, and then what comes, file after file.
///
/// The files of several loops are read side by side, each in its own order.
public struct RunFollower {
    private struct Chain {
        var part: CaptureRun.Part
        var cursor: CaptureCursor
        var isOver = false
    }

    private let run: CaptureRun

    /// How often is looked for more, in microseconds.
    private static let interval: UInt32 = 200_000

    /// Creates a follower of a run.
    public init(_ run: CaptureRun) {
        self.run = run
    }

    /// Reads until the run's writer has sealed its last file, or is gone.
    ///
    /// - Parameters:
    ///   - visit: Gets each record, and the span that its ranges index.
    ///   - idle: Called when there is nothing more for the moment.
    /// - Returns: What the files say of themselves.
    /// - Throws: ``StoreError``, or what `visit` throws.
    public func read(
        _ visit: (CaptureEntry, RawSpan) throws -> Void,
        idle: () -> Void
    ) throws -> CaptureFileState {
        var chains = try run.chains.map { parts in
            // The files before the last are whole; the last grows.
            for part in parts.dropLast() {
                _ = try CaptureFile(part.path).read(visit)
            }
            let part = parts[parts.count - 1]
            return Chain(part: part, cursor: CaptureCursor(try CaptureFile(part.path)))
        }
        while true {
            for index in chains.indices { try advance(&chains[index], visit) }
            idle()
            guard chains.contains(where: { !$0.isOver }) else { break }
            usleep(Self.interval)
        }
        return chains[0].cursor.state
    }

    private func advance(
        _ chain: inout Chain,
        _ visit: (CaptureEntry, RawSpan) throws -> Void
    ) throws {
        while !chain.isOver {
            // Asked before reading: what is written until the writer ends is read then.
            let isBeingWritten = chain.cursor.file.isBeingWritten
            while try chain.cursor.advance() { try chain.cursor.withRecord(visit) }
            if chain.cursor.state.completion != .sealed {
                guard try !chain.cursor.grow() else { continue }
                chain.isOver = !isBeingWritten
                return
            }
            guard let next = try successor(of: chain.part) else {
                chain.isOver = true
                return
            }
            chain.part = next
            chain.cursor = CaptureCursor(try CaptureFile(next.path))
        }
    }

    /// The file that follows; it is there before its predecessor is sealed.
    private func successor(of part: CaptureRun.Part) throws -> CaptureRun.Part? {
        let folder = CaptureFolder.parent(of: part.path)
        let runs = try CaptureRuns.find([folder], run: run.runID).runs
        return runs.flatMap(\.parts)
            .filter { $0.loop == part.loop && $0.ordinal > part.ordinal }
            .min { $0.ordinal < $1.ordinal }
    }
}
