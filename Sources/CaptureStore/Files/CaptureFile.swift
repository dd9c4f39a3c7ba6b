public import CaptureFormat
private import SystemPackage

#if canImport(Glibc)
private import Glibc
#endif

/// Reads a capture from disk, window by window.
public final class CaptureFile {
    /// The file's path, for messages.
    public let path: String
    /// How long the capture was when it was opened or last looked at, in bytes; what is still in its
    /// ring counts.
    public private(set) var byteCount: UInt64
    private let descriptor: FileDescriptor
    /// A summary is read in pieces of so many bytes.
    static let summaryWindowByteCount = 1 << 18
    private var ring: RingOverlay?

    /// Opens a capture.
    ///
    /// - Throws: ``StoreError/notFound(path:)``, ``StoreError/isFolder(path:)`` or
    ///   ``StoreError/cannotOpen(path:_:)``.
    public convenience init(_ path: String) throws(StoreError) {
        try self.init(path, looksIntoRing: true)
    }

    /// Opens a capture, with what is still in the ring beside it or without.
    init(_ path: String, looksIntoRing: Bool) throws(StoreError) {
        try CaptureFolder.expectRegularFile(path)
        self.path = path
        do {
            descriptor = try FileDescriptor.open(FilePath(path), .readOnly)
            byteCount = 0
            if looksIntoRing { ring = RingOverlay.find(for: path, inode: inode) }
            // The ring first: what leaves it meanwhile is in the file then.
            byteCount = UInt64(clamping: try descriptor.seek(offset: 0, from: .end))
            if let end = ring?.endOffset, end > 0 { byteCount = end }
        } catch Errno.noSuchFileOrDirectory {
            throw .notFound(path: path)
        } catch let error as Errno {
            throw .cannotOpen(path: path, error)
        } catch {
            throw .cannotOpen(path: path, .ioError)
        }
    }

    private var inode: UInt64 {
        var status = stat()
        return fstat(descriptor.rawValue, &status) == 0 ? UInt64(status.st_ino) : 0
    }

    deinit {
        do { try descriptor.close() } catch { return }
    }

    /// Whether the file ends as a sealed capture does; a glance at its end, not a check of it.
    ///
    /// The mark alone would not do: a payload may end with it. So the footer before it must point behind
    /// a DataEnd record.
    public func endsLikeSealed() throws(StoreError) -> Bool {
        let footerByteCount = MCAP.footerByteCount + MCAP.magic.count
        guard byteCount > UInt64(footerByteCount) else { return false }
        let footer = try bytes(at: byteCount - UInt64(footerByteCount), count: footerByteCount)
        guard let summaryStart = MCAP.summaryStart(ofFooterAndMagic: footer),
            summaryStart < byteCount, summaryStart > UInt64(MCAP.dataEndByteCount)
        else { return false }
        let count = MCAP.dataEndByteCount
        return MCAP.isDataEnd(try bytes(at: summaryStart - UInt64(count), count: count))
    }

    /// Some bytes of the file; fewer than asked for at its end.
    func bytes(at offset: UInt64, count: Int) throws(StoreError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        let got = try read(at: offset, into: &buffer, from: 0)
        return Array(buffer.prefix(got))
    }

    /// Walks the structure of the file.
    ///
    /// - Parameter visit: Gets each item, the range of its record in the window, its offset in the
    /// file, and
    ///   the window.
    /// - Returns: How the file ends.
    /// - Throws: ``StoreError``, or what `visit` throws.
    public func scan(
        _ visit: (CaptureScanner.Item, Range<Int>, UInt64, RawSpan) throws -> Void
    ) throws -> CaptureScanner.Completion {
        let cursor = ItemCursor(self)
        while let (item, record, offset) = try cursor.next() {
            try cursor.withBytes { try visit(item, record, offset, $0) }
        }
        return cursor.completion ?? .unfinished(tornByteCount: 0)
    }

    /// Whether a running proxy holds the capture's lock.
    public var isBeingWritten: Bool {
        guard flock(descriptor.rawValue, LOCK_SH | LOCK_NB) == 0 else { return true }
        flock(descriptor.rawValue, LOCK_UN)
        return false
    }

    /// Looks again how long the capture is.
    func refresh() throws(StoreError) {
        ring?.refresh()
        do {
            byteCount = UInt64(clamping: try descriptor.seek(offset: 0, from: .end))
            if let end = ring?.endOffset, end > 0 { byteCount = end }
        } catch {
            throw .readFailed(path: path, error as? Errno ?? .ioError)
        }
    }

    func read(
        at offset: UInt64,
        into buffer: inout [UInt8],
        from start: Int
    ) throws(StoreError) -> Int {
        do {
            return try buffer.withUnsafeMutableBytes { bytes in
                let target = UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
                if let count = ring?.read(at: offset, into: target), count > 0 { return count }
                let count = try descriptor.read(
                    fromAbsoluteOffset: Int64(offset),
                    into: target,
                    retryOnInterrupt: true
                )
                // Not more than there was when the end was looked at.
                return min(count, Int(clamping: byteCount - min(byteCount, offset)))
            }
        } catch let error as Errno {
            throw .readFailed(path: path, error)
        } catch {
            throw .readFailed(path: path, .ioError)
        }
    }
}
