/// A file that grows by one `pwrite` a tick.
public final class WriteMedium: CaptureMedium {
    private let file: FileWriter
    private let sync: StoreOptions.Sync
    /// Bytes were appended since the last ``tick()``.
    private var isDirty = false
    private var preallocation: Preallocation
    private var endOffset: UInt64 = 0
    /// Bytes of an append that failed stand behind the end.
    private var hasTornTail = false

    /// Creates the file with mode 0600 and locks it.
    ///
    /// - Throws: ``StoreError/alreadyExists(path:)``, ``StoreError/folderMissing(path:)`` or
    ///   ``StoreError/cannotCreate(path:_:)``.
    public init(creating path: String, options: StoreOptions = StoreOptions()) throws(StoreError) {
        file = try FileWriter(creating: path)
        sync = options.sync
        preallocation = Preallocation(options)
    }

    /// The file's path, for messages.
    public var path: String { file.path }

    /// Puts bytes behind the end, in one write.
    public func append(
        _ bytes: RawSpan,
        settledThrough settled: UInt64,
        keepingFree reserve: UInt64
    ) throws(StoreError) {
        let end = endOffset + UInt64(bytes.byteCount)
        if reserve > 0 { try preallocation.ensure(through: end + reserve, of: file) }
        do throws(StoreError) {
            if hasTornTail { try cutTornTail() }
            try file.write(bytes, at: endOffset)
            if sync == .always { try file.sync() }
        } catch {
            hasTornTail = true
            try cutTornTail()
            throw error
        }
        endOffset = end
        isDirty = true
    }

    /// Overwrites bytes that were appended.
    public func overwrite(_ bytes: RawSpan, at offset: UInt64) throws(StoreError) {
        try file.write(bytes, at: offset)
    }

    /// Gives unused blocks back and closes the file, which unlocks it.
    public func close() throws(StoreError) {
        try file.truncate(to: endOffset)
        if sync != .none { try file.sync() }
        try file.close()
    }

    /// Waits until what was appended is on the disk, where that is promised once a second.
    public func tick() throws(StoreError) {
        guard sync == .interval, isDirty else { return }
        isDirty = false
        try file.sync()
    }

    private func cutTornTail() throws(StoreError) {
        preallocation.noteTruncation(to: endOffset)
        try file.truncate(to: endOffset)
        hasTornTail = false
    }
}
