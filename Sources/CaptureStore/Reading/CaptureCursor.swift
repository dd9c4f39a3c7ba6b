public import CaptureFormat
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
    private let items: ItemCursor
    private var reader = CaptureReader()
    private var entry: CaptureEntry?

    /// Stands before the first record.
    public init(_ file: CaptureFile) {
        self.file = file
        items = ItemCursor(file)
    }

    /// Where the cursor stands in the file, in bytes.
    public var offset: UInt64 { items.offset }
    /// What the file has said of itself so far.
    public var state: CaptureFileState { reader.state }
    /// When the current record was written; `nil` before the first and behind the last.
    public var time: Instant? { entry?.time }

    /// Lends the current record with the span that its ranges index.
    public func withRecord<Result>(
        _ body: (CaptureEntry, RawSpan) throws -> Result
    ) rethrows -> Result? {
        guard let entry else { return nil }
        return try items.withBytes { try body(entry, $0) }
    }

    /// Goes on to the next record.
    ///
    /// - Returns: Whether there is one.
    /// - Throws: ``StoreError``.
    public func advance() throws(StoreError) -> Bool {
        while try read() { if entry != nil { return true } }
        return false
    }

    /// Goes on until the file has said which run it belongs to.
    ///
    /// - Returns: What it says; `nil` when it ends, or its records begin, before it does.
    /// - Throws: ``StoreError``.
    func readRun() throws(StoreError) -> [HeaderField]? {
        while try read() {
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
        guard items.completion != nil else { return true }
        try file.refresh()
        return items.grow()
    }

    /// Reads an item, which may be a record; answers whether there was one.
    private func read() throws(StoreError) -> Bool {
        guard let (item, _, offset) = try items.next() else {
            entry = nil
            if let completion = items.completion { reader.end(completion) }
            return false
        }
        entry = items.withBytes { reader.read(item, at: offset, in: $0) }
        return true
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
