private import CDeflate
private import CZlib

/// The CRC-32 of zlib, gzip and MCAP.
public struct CRC32: Equatable, Sendable {
    /// The checksum of everything added so far; 0 for nothing.
    public private(set) var value: UInt32

    /// Starts with nothing, or goes on from an earlier value.
    public init(value: UInt32 = 0) {
        self.value = value
    }

    /// Adds a run of bytes.
    @inline(__always)
    public mutating func add(_ bytes: RawSpan) {
        guard bytes.byteCount > 0 else { return }
        // Safety: the C function reads exactly the bytes of the span.
        value = unsafe bytes.withUnsafeBytes { source in
            unsafe libdeflate_crc32(value, source.baseAddress, source.count)
        }
    }

    /// Adds a run of bytes.
    public mutating func add(_ bytes: [UInt8]) {
        // Safety: bytes have no padding, so all of their memory is initialised.
        add(unsafe bytes.span.bytes)
    }

    /// Adds a run of bytes whose own checksum is known, without reading it again.
    public mutating func add(_ other: CRC32, byteCount: UInt64) {
        value = UInt32(
            truncatingIfNeeded: crc32_combine(UInt(value), UInt(other.value), Int(byteCount))
        )
    }

    /// The checksum of one run.
    public static func of(_ bytes: RawSpan) -> UInt32 {
        var crc = CRC32()
        crc.add(bytes)
        return crc.value
    }
}
