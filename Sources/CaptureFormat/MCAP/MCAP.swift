/// The numbers of the MCAP container format, version 0.
public enum MCAP {
    /// The first and the last eight bytes of a file.
    public static let magic: [UInt8] = [0x89, 0x4D, 0x43, 0x41, 0x50, 0x30, 0x0D, 0x0A]

    /// A record's opcode and 64-bit length.
    public static let recordHeadByteCount = 9
    /// Opcode to the end of `publish_time`: what a message has before its data.
    static let messageHeadByteCount = recordHeadByteCount + 2 + 4 + 8 + 8
    /// Opcode to the length of the records: what an uncompressed chunk has before its records.
    public static let chunkHeadByteCount = recordHeadByteCount + 8 + 8 + 8 + 4 + 4 + 8

    /// All of a Footer record.
    public static let footerByteCount = recordHeadByteCount + 8 + 8 + 4
    /// All of a DataEnd record.
    public static let dataEndByteCount = recordHeadByteCount + 4

    /// Where the summary begins, according to a footer with the magic behind it.
    ///
    /// - Returns: `nil` when the bytes are no footer and magic.
    public static func summaryStart(ofFooterAndMagic bytes: [UInt8]) -> UInt64? {
        guard bytes.count == footerByteCount + magic.count, bytes[0] == Opcode.footer,
            Array(bytes.suffix(magic.count)) == magic, integer(bytes[1..<9]) == 20
        else { return nil }
        return integer(bytes[9..<17])
    }

    /// Whether the bytes are a DataEnd record.
    public static func isDataEnd(_ bytes: [UInt8]) -> Bool {
        bytes.count == dataEndByteCount && bytes[0] == Opcode.dataEnd && integer(bytes[1..<9]) == 4
    }

    /// A little-endian integer of up to eight bytes.
    static func integer(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// What a record is.
    enum Opcode {
        static let header: UInt8 = 0x01
        static let footer: UInt8 = 0x02
        static let schema: UInt8 = 0x03
        static let channel: UInt8 = 0x04
        static let message: UInt8 = 0x05
        static let chunk: UInt8 = 0x06
        static let messageIndex: UInt8 = 0x07
        static let chunkIndex: UInt8 = 0x08
        static let statistics: UInt8 = 0x0B
        static let metadata: UInt8 = 0x0C
        static let metadataIndex: UInt8 = 0x0D
        static let summaryOffset: UInt8 = 0x0E
        static let dataEnd: UInt8 = 0x0F
        /// From here on, opcodes are not MCAP's of today.
        static let firstUnknown: UInt8 = 0x10
        /// Private: stands where the chunk's head of an open segment will be.
        static let segment: UInt8 = 0x80
        /// Private: keeps a segment's first record from crossing a page.
        static let padding: UInt8 = 0x81
    }
}

extension ByteWriter {
    /// Appends a record: opcode, length, and what `body` writes.
    mutating func record(_ opcode: UInt8, _ body: (inout ByteWriter) -> Void) {
        append(opcode)
        let lengthOffset = count
        append(littleEndian: UInt64(0))
        let start = count
        body(&self)
        overwrite(at: lengthOffset, littleEndian: UInt64(count - start))
    }

    /// Appends an MCAP string: 32-bit length and UTF-8.
    mutating func string(_ text: String) {
        let utf8 = Array(text.utf8)
        append(littleEndian: UInt32(utf8.count))
        append(utf8)
    }

    /// Appends an MCAP map of strings: its length in bytes, then the pairs.
    mutating func map(_ pairs: [(String, String)]) {
        let lengthOffset = count
        append(littleEndian: UInt32(0))
        let start = count
        for (key, value) in pairs {
            string(key)
            string(value)
        }
        overwrite(at: lengthOffset, littleEndian: UInt32(count - start))
    }
}
