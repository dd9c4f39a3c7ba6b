public import CaptureFormat
private import SystemPackage

/// Reads a capture from disk, window by window.
public final class CaptureFile {
    /// The file's path, for messages.
    public let path: String
    /// How long the file was when it was opened, in bytes.
    public let byteCount: UInt64
    private let descriptor: FileDescriptor

    /// How many bytes are read at once.
    static let windowByteCount = 1 << 18

    /// Opens a capture.
    ///
    /// - Throws: ``StoreError/notFound(path:)``, ``StoreError/isFolder(path:)`` or
    ///   ``StoreError/cannotOpen(path:_:)``.
    public init(_ path: String) throws(StoreError) {
        try CaptureFolder.expectRegularFile(path)
        self.path = path
        do {
            descriptor = try FileDescriptor.open(FilePath(path), .readOnly)
            byteCount = UInt64(clamping: try descriptor.seek(offset: 0, from: .end))
        } catch Errno.noSuchFileOrDirectory {
            throw .notFound(path: path)
        } catch let error as Errno {
            throw .cannotOpen(path: path, error)
        } catch {
            throw .cannotOpen(path: path, .ioError)
        }
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
        var scanner = CaptureScanner(fileByteCount: byteCount)
        var window = [UInt8](repeating: 0, count: Self.windowByteCount)
        var filled = 0
        var position = 0
        var fileOffset: UInt64 = 0
        while true {
            let step = try next(
                &scanner,
                in: window.span.bytes.extracting(..<filled),
                from: &position
            )
            switch step {
            case .item(let item, let record, let offset):
                try scanner.withBytes(of: window.span.bytes.extracting(..<filled)) {
                    try visit(item, record, offset, $0)
                }
            case .end(let completion):
                return completion
            case .skip(let byteCount):
                let inside = Int(min(byteCount, UInt64(filled - position)))
                position += inside
                fileOffset += byteCount - UInt64(inside)
            case .needsMore(let wanted):
                window.replaceSubrange(0..<position, with: [])
                filled -= position
                position = 0
                window.append(
                    contentsOf: repeatElement(
                        0,
                        count: max(wanted, Self.windowByteCount) - window.count
                    )
                )
                let count = try read(at: fileOffset, into: &window, from: filled)
                guard count > 0 else { throw StoreError.readFailed(path: path, .ioError) }
                filled += count
                fileOffset += UInt64(count)
            }
        }
    }

    /// Reads the records of the file.
    ///
    /// - Parameters:
    ///   - progress: Hears of each chunk where in the file it stands, in bytes.
    ///   - visit: Gets each record, and the span that its ranges index.
    /// - Returns: What the file says of itself.
    /// - Throws: ``StoreError``, or what `visit` throws.
    public func read(
        progress: (UInt64) -> Void = { _ in },
        _ visit: (CaptureEntry, RawSpan) throws -> Void
    ) throws -> CaptureFileState {
        var reader = CaptureReader()
        let completion = try scan { item, _, offset, window in
            if case .chunk = item { progress(offset) }
            if let entry = reader.read(item, at: offset, in: window) { try visit(entry, window) }
        }
        reader.end(completion)
        return reader.state
    }

    private func next(
        _ scanner: inout CaptureScanner,
        in window: RawSpan,
        from position: inout Int
    ) throws(StoreError) -> CaptureScanner.Step {
        do throws(CaptureScanner.Refusal) {
            return try scanner.next(in: window, from: &position)
        } catch {
            throw .refused(path: path, error)
        }
    }

    private func read(
        at offset: UInt64,
        into buffer: inout [UInt8],
        from start: Int
    ) throws(StoreError) -> Int {
        do {
            return try buffer.withUnsafeMutableBytes { bytes in
                try descriptor.read(
                    fromAbsoluteOffset: Int64(offset),
                    into: UnsafeMutableRawBufferPointer(rebasing: bytes[start...]),
                    retryOnInterrupt: true
                )
            }
        } catch let error as Errno {
            throw .readFailed(path: path, error)
        } catch {
            throw .readFailed(path: path, .ioError)
        }
    }
}
