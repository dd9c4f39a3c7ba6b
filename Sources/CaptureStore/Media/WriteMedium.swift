/// A file that grows by one `pwrite` a tick.
public final class WriteMedium: CaptureMedium {
    private let file: FileWriter
    private let syncsAlways: Bool
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
        syncsAlways = options.sync == .always
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
            if syncsAlways { try file.sync() }
        } catch {
            hasTornTail = true
            try cutTornTail()
            throw error
        }
        endOffset = end
    }

    /// Overwrites bytes that were appended.
    public func overwrite(_ bytes: RawSpan, at offset: UInt64) throws(StoreError) {
        try file.write(bytes, at: offset)
    }

    /// Gives unused blocks back and closes the file, which unlocks it.
    public func close() throws(StoreError) {
        try file.truncate(to: endOffset)
        if syncsAlways { try file.sync() }
        try file.close()
    }

    /// Waits until what was appended is on the disk.
    func sync() throws(StoreError) {
        try file.sync()
    }

    private func cutTornTail() throws(StoreError) {
        preallocation.noteTruncation(to: endOffset)
        try file.truncate(to: endOffset)
        hasTornTail = false
    }
}
