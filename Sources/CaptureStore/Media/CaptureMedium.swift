/// Where the bytes of one capture file go.
///
/// When ``append(_:settledThrough:keepingFree:)`` returns, the bytes are the kernel's: they survive
/// `kill -9` of this process.
public protocol CaptureMedium: AnyObject {
    /// The file's path, for messages.
    var path: String { get }

    /// Puts bytes behind the end of the file.
    ///
    /// - Parameters:
    ///   - bytes: What to append.
    ///   - settled: Nothing before this offset will be overwritten.
    ///   - reserve: So many bytes must fit behind these, whatever else fills the volume.
    /// - Throws: ``StoreError``; then none of the bytes count, and the file ends where it did.
    func append(
        _ bytes: RawSpan,
        settledThrough settled: UInt64,
        keepingFree reserve: UInt64
    ) throws(StoreError)

    /// Overwrites bytes that were appended.
    func overwrite(_ bytes: RawSpan, at offset: UInt64) throws(StoreError)

    /// Does what `--sync interval` has promised; called about once a second.
    func tick() throws(StoreError)

    /// Ends the file; what must still reach it may do so in the background.
    func close() throws(StoreError)
}

/// Makes the media of a recording's files.
public protocol CaptureMediumSource: AnyObject {
    /// Creates a capture file with mode 0600 and locks it.
    ///
    /// - Throws: ``StoreError/alreadyExists(path:)``, ``StoreError/folderMissing(path:)`` or
    ///   ``StoreError/cannotCreate(path:_:)``.
    func create(_ path: String) throws(StoreError) -> any CaptureMedium
}
