public import CaptureFormat
private import SystemPackage
public import Vocabulary

/// Reads the records of one capture, one at a time.
///
/// ```
/// while try cursor.advance() {
///     cursor.withRecord { entry, window in … }
/// }
/// ```
///
/// Memory is one window, or one record where that is longer.
public final class CaptureCursor {
    /// The file.
    public let file: CaptureFile
    private var scanner: CaptureScanner
    private var reader = CaptureReader()
    private var window: [UInt8]
    private var filled = 0
    private var position = 0
    private var fileOffset: UInt64 = 0
    private var entry: CaptureEntry?
    private var hasEnded = false

    /// How many bytes are read at once.
    private static let windowByteCount = 1 << 18

    /// Stands before the first record.
    public init(_ file: CaptureFile) {
        self.file = file
        scanner = CaptureScanner(fileByteCount: file.byteCount)
        window = [UInt8](repeating: 0, count: Self.windowByteCount)
    }

    /// Where the cursor stands in the file, in bytes.
    public var offset: UInt64 { scanner.offset }
    /// What the file has said of itself so far.
    public var state: CaptureFileState { reader.state }
    /// When the current record was written; `nil` before the first and behind the last.
    public var time: Instant? { entry?.time }

    /// Lends the current record with the span that its ranges index.
    public func withRecord<Result>(
        _ body: (CaptureEntry, RawSpan) throws -> Result
    ) rethrows -> Result? {
        guard let entry else { return nil }
        let window = window
        return try body(entry, window.span.bytes.extracting(..<filled))
    }

    /// Goes on to the next record.
    ///
    /// - Returns: Whether there is one.
    /// - Throws: ``StoreError``.
    public func advance() throws(StoreError) -> Bool {
        while true {
            guard let item = try nextItem() else {
                entry = nil
                return false
            }
            read(item)
            if entry != nil { return true }
        }
    }

    /// Goes on until the file has said which run it belongs to.
    ///
    /// - Returns: What it says; `nil` when it ends, or its records begin, before it does.
    /// - Throws: ``StoreError``.
    func readRun() throws(StoreError) -> [HeaderField]? {
        while let item = try nextItem() {
            read(item)
            if !reader.state.run.isEmpty { return reader.state.run }
            if entry != nil { return nil }
        }
        return nil
    }

    /// Looks whether an unfinished file has grown since its end was reached.
    ///
    /// - Returns: Whether ``advance()`` has more to find.
    /// - Throws: ``StoreError``.
    public func grow() throws(StoreError) -> Bool {
        guard hasEnded else { return true }
        try file.refresh()
        guard scanner.grow(to: file.byteCount) else { return false }
        hasEnded = false
        return true
    }

    private func read(_ item: (item: CaptureScanner.Item, offset: UInt64)) {
        let window = window
        entry = reader.read(
            item.item,
            at: item.offset,
            in: window.span.bytes.extracting(..<filled)
        )
    }

    // MARK: Windows

    private func nextItem() throws(StoreError) -> (item: CaptureScanner.Item, offset: UInt64)? {
        while !hasEnded {
            switch try step() {
            case .item(let item, _, let offset):
                return (item, offset)
            case .end(let completion):
                reader.end(completion)
                hasEnded = true
            case .skip(let byteCount):
                let inside = Int(min(byteCount, UInt64(filled - position)))
                position += inside
                fileOffset += byteCount - UInt64(inside)
            case .needsMore(let wanted):
                try fill(wanted)
            }
        }
        return nil
    }

    private func step() throws(StoreError) -> CaptureScanner.Step {
        let window = window
        do throws(CaptureScanner.Refusal) {
            return try scanner.next(
                in: window.span.bytes.extracting(..<filled),
                from: &position
            )
        } catch {
            throw .refused(path: file.path, error)
        }
    }

    private func fill(_ wanted: Int) throws(StoreError) {
        window.replaceSubrange(0..<position, with: [])
        filled -= position
        position = 0
        window.append(
            contentsOf: repeatElement(0, count: max(wanted, Self.windowByteCount) - window.count)
        )
        let count = try file.read(at: fileOffset, into: &window, from: filled)
        guard count > 0 else { throw .readFailed(path: file.path, .ioError) }
        filled += count
        fileOffset += UInt64(count)
    }
}

extension CaptureFile {
    /// Reads the records of the file.
    ///
    /// - Parameters:
    ///   - progress: Hears now and then how many bytes have been read.
    ///   - visit: Gets each record, and the span that its ranges index.
    /// - Returns: What the file says of itself.
    /// - Throws: ``StoreError``, or what `visit` throws.
    public func read(
        progress: (UInt64) -> Void = { _ in },
        _ visit: (CaptureEntry, RawSpan) throws -> Void
    ) throws -> CaptureFileState {
        let cursor = CaptureCursor(self)
        var count: UInt64 = 0
        while try cursor.advance() {
            try cursor.withRecord(visit)
            count &+= 1
            if count & 0xFFFF == 0 { progress(cursor.offset) }
        }
        return cursor.state
    }
}
