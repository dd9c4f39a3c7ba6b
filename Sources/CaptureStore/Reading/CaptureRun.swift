internal import CaptureFormat
internal import Vocabulary

/// The files of one run that are to be read as one.
public struct CaptureRun: Equatable, Sendable {
    /// One file.
    public struct Part: Equatable, Sendable {
        /// Where it is.
        public var path: String
        /// Its number within its loop's files, from 1.
        public var ordinal: UInt64
        /// The event loop that wrote it, from 1.
        public var loop: UInt64
    }

    /// What all of its files call it.
    public var runID: String
    /// The proxy's name.
    public var proxy: String
    /// When it began, as its files say.
    public var started: String
    /// Its files, by loop and ordinal.
    public var parts: [Part]

    /// The folder that its first file is in.
    public var folder: String { CaptureFolder.parent(of: parts.first?.path ?? "") }

    /// What to call it in a report: its file, or its folder and name.
    public var title: String {
        guard parts.count != 1 else { return parts[0].path }
        return "\(folder) (run \(runID), \(proxy), \(parts.count) files)"
    }

    /// The files of each loop.
    var chains: [[Part]] {
        Dictionary(grouping: parts, by: \.loop).sorted { $0.key < $1.key }
            .map { $0.value.sorted { $0.ordinal < $1.ordinal } }
    }
}

/// Finds runs in what somebody names: files, several of a run, or folders.
public enum CaptureRuns {
    /// What was found.
    public struct Found: Equatable, Sendable {
        /// The runs, the oldest first.
        public var runs: [CaptureRun] = []
        /// Files of a folder that are no readable captures, with the reason.
        public var leftOut: [StoreError] = []
    }

    /// Finds the runs.
    ///
    /// - Parameters:
    ///   - paths: Captures, or folders of captures.
    ///   - wanted: Only the run called so, or whose name begins so; `nil` is every run.
    /// - Returns: The runs, and what could not be read.
    /// - Throws: ``StoreError``; a file that is named must be readable, one that lies in a folder need not.
    public static func find(
        _ paths: [String],
        run wanted: String? = nil
    ) throws(StoreError) -> Found {
        var found = Found()
        for path in paths {
            guard CaptureFolder.isFolder(path) else {
                add(try describe(path), to: &found)
                continue
            }
            let captures = try CaptureFolder.captures(in: path)
            guard !captures.isEmpty else { throw .noCaptures(path: path) }
            for capture in captures {
                do throws(StoreError) {
                    add(try describe(capture), to: &found)
                } catch {
                    found.leftOut.append(error)
                }
            }
        }
        if let wanted {
            let known = found.runs.map(\.runID)
            found.runs = found.runs.filter { $0.runID.hasPrefix(wanted) }
            guard !found.runs.isEmpty else { throw .noSuchRun(wanted, known: known) }
        }
        if found.runs.isEmpty, let first = found.leftOut.first { throw first }
        found.runs.sort { ($0.started, $0.runID) < ($1.started, $1.runID) }
        return found
    }

    private static func describe(_ path: String) throws(StoreError) -> CaptureRun {
        let cursor = CaptureCursor(try CaptureFile(path))
        let facts = try cursor.readRun() ?? []
        func fact(_ name: String) -> String? { facts.first { $0.name == name }?.value }
        let part = CaptureRun.Part(
            path: path,
            ordinal: fact("ordinal").flatMap(UInt64.init) ?? 1,
            loop: fact("loop").flatMap(UInt64.init) ?? 1
        )
        return CaptureRun(
            // A file that does not say belongs to no other.
            runID: fact("run") ?? path,
            proxy: fact("proxy") ?? "",
            started: fact("started") ?? "",
            parts: [part]
        )
    }

    private static func add(_ run: CaptureRun, to found: inout Found) {
        let index = found.runs.firstIndex { $0.runID == run.runID && $0.proxy == run.proxy }
        guard let index else {
            found.runs.append(run)
            return
        }
        // The same file, named twice or copied, counts once.
        for part in run.parts
        where !found.runs[index].parts.contains(where: {
            $0.ordinal == part.ordinal && $0.loop == part.loop
        }) {
            found.runs[index].parts.append(part)
        }
    }
}
