/// The Footer record, which says where the summary stands.
public struct Footer: Equatable, Sendable {
    /// Where the summary begins; 0 when there is none.
    public var summaryStart: UInt64
    /// Where the SummaryOffset records begin; 0 when there are none.
    public var summaryOffsetStart: UInt64
    /// Checksum of the summary and of the footer up to here; 0 when it was not computed.
    public var summaryCRC: UInt32

    /// Reads the end of a file; `nil` when it is no footer with the magic behind it.
    public init?(footerAndMagic bytes: [UInt8]) {
        guard let start = MCAP.summaryStart(ofFooterAndMagic: bytes) else { return nil }
        summaryStart = start
        summaryOffsetStart = MCAP.integer(bytes[17..<25])
        summaryCRC = UInt32(truncatingIfNeeded: MCAP.integer(bytes[25..<29]))
    }

    /// What the summary's checksum covers of the footer itself.
    func addCovered(to crc: inout CRC32) {
        var out = ByteWriter(capacity: 64)
        out.append(MCAP.Opcode.footer)
        out.append(littleEndian: UInt64(MCAP.footerByteCount - MCAP.recordHeadByteCount))
        out.append(littleEndian: summaryStart)
        out.append(littleEndian: summaryOffsetStart)
        out.withBytes { crc.add($0) }
    }
}
