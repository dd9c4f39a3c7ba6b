private import SystemPackage

/// Reads a text file line by line, whatever its size.
public final class LineFile {
    private let path: String
    private let descriptor: FileDescriptor

    /// A longer line is no message of a log.
    ///
    /// In bytes.
    public static let lineByteCountMax = 64 << 20
    private static let readByteCount = 1 << 18

    /// Opens the file.
    ///
    /// - Throws: ``StoreError/notFound(path:)``, ``StoreError/notTextFile(path:isFolder:)`` or
    ///   ``StoreError/cannotOpen(path:_:)``.
    public init(_ path: String) throws(StoreError) {
        try CaptureFolder.expectTextFile(path)
        self.path = path
        do {
            descriptor = try FileDescriptor.open(FilePath(path), .readOnly)
        } catch let error as Errno {
            throw .cannotOpen(path: path, error)
        } catch {
            throw .cannotOpen(path: path, .ioError)
        }
    }

    deinit {
        do { try descriptor.close() } catch { return }
    }

    /// Hands out each line without its line break; empty lines are left out.
    ///
    /// A last line without a line break counts, unless a killed writer left it half written: that
    /// is for the reader
    /// of the line to find.
    ///
    /// - Throws: ``StoreError/readFailed(path:_:)``, also for a line over ``lineByteCountMax``.
    public func forEachLine(_ body: (RawSpan) -> Void) throws(StoreError) {
        var pending: [UInt8] = []
        var searched = 0
        while let more = try read() {
            pending += more
            var start = 0
            while let end = pending[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                emit(pending, start..<end, body)
                start = end + 1
                searched = start
            }
            pending.removeFirst(start)
            searched = pending.count
            guard pending.count <= Self.lineByteCountMax else {
                throw .readFailed(path: path, .outOfRange)
            }
        }
        emit(pending, 0..<pending.count, body)
    }

    private func emit(_ bytes: [UInt8], _ range: Range<Int>, _ body: (RawSpan) -> Void) {
        guard !range.isEmpty else { return }
        body(bytes.span.bytes.extracting(range))
    }

    /// The next bytes; `nil` at the end of the file.
    private func read() throws(StoreError) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: Self.readByteCount)
        do {
            let count = try buffer.withUnsafeMutableBytes { bytes in
                try descriptor.read(into: bytes, retryOnInterrupt: true)
            }
            return count == 0 ? nil : Array(buffer[..<count])
        } catch let error as Errno {
            throw .readFailed(path: path, error)
        } catch {
            throw .readFailed(path: path, .ioError)
        }
    }
}
