/// Where a capture's bytes go: the one thing that a faster store replaces.
///
/// When ``write(_:at:)`` returns, the bytes are the kernel's: they survive `kill -9` of this process.
public protocol CaptureMedium: AnyObject {
    /// Puts bytes at an offset of the file, all of them or none that count.
    func write(_ bytes: RawSpan, at offset: UInt64) throws(StoreError)
    /// Cuts the file.
    func truncate(to byteCount: UInt64) throws(StoreError)
    /// Closes the file.
    func close() throws(StoreError)
    /// The file's path, for messages.
    var path: String { get }
}
