/// Reads the header at the beginning of a connection, whichever version it has.
///
/// It is asked again with all bytes so far whenever there are more; it keeps nothing itself. What it says of a
/// beginning holds whatever follows: an error is told at the first byte that makes it certain, and a header as
/// soon as its last byte is there.
///
/// It is for connections that must begin with a header. §2 forbids to guess whether there is one:
/// then any client could say who it is.
public enum ProxyHeaderParser {
    /// How many bytes a header may have.
    ///
    /// The specification's own limits are 107 (version 1) and 65551 (version
    /// 2); senders keep to 536, so that it fits into one segment.
    public static let byteCountMax = 4096

    /// Reads the header at the start of `bytes`.
    ///
    /// - Parameter bytes: What the connection has sent so far.
    /// - Returns: `nil` when `bytes` ends before the header does.
    /// - Throws: ``ProxyHeaderError``.
    public static func parse(_ bytes: RawSpan) throws(ProxyHeaderError) -> ProxyHeader? {
        guard bytes.byteCount > 0 else { return nil }
        if bytes.octet(0) == TextHeader.signature[0] { return try TextHeader.parse(bytes) }
        return try BinaryHeader.parse(bytes)
    }

    /// Whether `bytes` begins with `signature`, as far as it goes.
    ///
    /// - Returns: `false` when it ends before the signature does.
    /// - Throws: ``ProxyHeaderError/noHeader`` at the first byte that differs.
    static func matches(
        _ signature: [UInt8],
        _ bytes: RawSpan
    ) throws(ProxyHeaderError) -> Bool {
        for index in 0..<min(signature.count, bytes.byteCount)
        where bytes.octet(index) != signature[index] {
            throw .noHeader
        }
        return bytes.byteCount >= signature.count
    }
}
