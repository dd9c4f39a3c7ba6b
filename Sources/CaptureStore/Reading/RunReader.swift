public import CaptureFormat
internal import Vocabulary

/// Reads the files of a run as one stream of records, by time.
///
/// A file that is missing between two others is told of by a gap. Memory is one window for each event loop
/// that has written.
public struct RunReader {
    private let run: CaptureRun

    /// Creates a reader of a run.
    public init(_ run: CaptureRun) {
        self.run = run
    }

    /// How long all files are together, in bytes; 0 for those that are gone.
    public var byteCount: UInt64 {
        run.parts.reduce(0) { sum, part in
            do throws(StoreError) {
                return sum + (try CaptureFile(part.path).byteCount)
            } catch {
                return sum
            }
        }
    }

    /// What the first file says of the run and its writer.
    ///
    /// - Throws: ``StoreError`` when it is no capture or cannot be read.
    public func beginning() throws -> CaptureFileState {
        guard let first = run.chains.first?.first else { return CaptureFileState() }
        return try CaptureFile(first.path).beginning()
    }

    /// Reads the records.
    ///
    /// - Parameters:
    ///   - progress: Hears now and then how many bytes have been read.
    ///   - visit: Gets each record, and the span that its ranges index.
    /// - Returns: What the files say of themselves.
    /// - Throws: ``StoreError``, or what `visit` throws.
    public func read(
        progress: (UInt64) -> Void = { _ in },
        _ visit: (CaptureEntry, RawSpan) throws -> Void
    ) throws -> CaptureFileState {
        var chains = try run.chains.map { try RunChain($0) }
        var count: UInt64 = 0
        while let index = Self.earliest(chains) {
            try chains[index].withRecord(visit)
            try chains[index].advance()
            count &+= 1
            if count & 0xFFFF == 0 { progress(chains.reduce(0) { $0 + $1.doneByteCount }) }
        }
        return RunChain.merged(chains)
    }

    private static func earliest(_ chains: [RunChain]) -> Int? {
        guard chains.count > 1 else { return chains.first?.time == nil ? nil : 0 }
        return chains.indices.filter { chains[$0].time != nil }.min {
            (chains[$0].time ?? .epoch) < (chains[$1].time ?? .epoch)
        }
    }
}
