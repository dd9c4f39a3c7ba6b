/// The CRC-32C of SCTP and iSCSI (RFC 9260 appendix A): polynomial 0x1EDC6F41, bits reflected.
struct CRC32C {
    private var register = UInt32.max

    /// The polynomial with its bits reversed.
    private static let polynomial: UInt32 = 0x82F6_3B78

    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in
            value & 1 == 1 ? value >> 1 ^ polynomial : value >> 1
        }
    }

    /// The checksum of everything added so far.
    var value: UInt32 { ~register }

    /// Adds a run of bytes.
    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            register = register >> 8 ^ Self.table[Int(UInt8(truncatingIfNeeded: register) ^ byte)]
        }
    }
}
