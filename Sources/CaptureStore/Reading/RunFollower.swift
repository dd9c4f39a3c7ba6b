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
        /// How often the next file was looked for and had only just been created.
        var waitCount = 0
    }

    private let run: CaptureRun

    /// How often is looked for more, in microseconds.
    private static let interval: UInt32 = 200_000
    /// A file without a record is looked at so often before its writer is: to ask for a lock that is just
    /// being taken would keep it from its writer.
    private static let waitCountMin = 10

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
            for part in parts.dropLast() { _ = try open(part)?.read(visit) }
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
            switch try successor(of: chain) {
            case .part(let next):
                // Retention may have removed it since: then there is a later one.
                guard let file = try open(next) else { continue }
                chain.part = next
                chain.cursor = CaptureCursor(file)
                chain.waitCount = 0
            case .awaited:
                chain.waitCount += 1
                return
            case .none:
                chain.isOver = true
            }
        }
    }

    /// What follows a sealed file.
    private enum Successor {
        case part(CaptureRun.Part)
        /// It has been created, and has no record yet.
        case awaited
        case none
    }

    /// The file that follows; it is there before its predecessor is sealed.
    private func successor(of chain: Chain) throws -> Successor {
        let part = chain.part
        let folder = CaptureFolder.parent(of: part.path)
        let found = try CaptureRuns.find([folder])
        let next = found.runs.filter { $0.runID == run.runID && $0.proxy == run.proxy }
            .flatMap(\.parts)
            .filter { $0.loop == part.loop && $0.ordinal > part.ordinal }
            .min { $0.ordinal < $1.ordinal }
        if let next { return .part(next) }
        let begun = found.leftOut.contains { error in
            guard error.isOfEmptyCapture, case .refused(let path, _) = error else { return false }
            return isBegun(path, waitCount: chain.waitCount)
        }
        return begun ? .awaited : .none
    }

    /// Whether a file without a record is about to get one.
    private func isBegun(_ path: String, waitCount: Int) -> Bool {
        guard waitCount >= Self.waitCountMin else { return true }
        do throws(StoreError) {
            return try open(path)?.isBeingWritten ?? false
        } catch {
            return false
        }
    }

    private func open(_ part: CaptureRun.Part) throws(StoreError) -> CaptureFile? {
        try open(part.path)
    }

    /// Opens a file; `nil` when it is gone.
    private func open(_ path: String) throws(StoreError) -> CaptureFile? {
        do throws(StoreError) {
            return try CaptureFile(path)
        } catch .notFound {
            return nil
        }
    }
}
