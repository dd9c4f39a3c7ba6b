/// What can be seen of a TLS 1.3 record without its key (RFC 8446 §5.2).
enum TLSRecord {
    /// Type, version and length, in bytes.
    static let headerBytes = 5
    /// The type of records whose content is encrypted.
    static let applicationData: UInt8 = 23
    /// The content's own type (1) and the tag of AES-GCM (16), in bytes: what a record has besides
    /// its header and its content, when it is not padded.
    static let trailerBytes = 17
    /// The most content of one record, in bytes (RFC 8446 §5.1).
    static let contentBytesMax = 16_384

    /// The bytes of content in the record that begins at `offset`, and those of the whole record;
    /// nil when its header is not there yet.
    static func sizes(
        at offset: Int,
        of bytes: UnsafeRawBufferPointer
    ) throws -> (content: Int, record: Int)? {
        guard offset + headerBytes <= bytes.count else { return nil }
        let length = Int(bytes[offset + 3]) << 8 | Int(bytes[offset + 4])
        guard bytes[offset] == applicationData, length >= trailerBytes else {
            throw BenchError(.failed, "The proxy sent the server something that is no TLS record.")
        }
        return (length - trailerBytes, headerBytes + length)
    }
}
