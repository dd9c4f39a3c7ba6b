private import CZlib

#if canImport(Glibc)
private import Glibc
#endif

/// A file of captured packets, recognised by its first bytes and not by its name.
public struct PacketFile: Equatable, Sendable {
    /// How packets stand in the file.
    public enum Format: String, Sendable {
        case pcap
        case pcapng
    }

    /// Where it is.
    public let path: String
    /// How its packets stand in it.
    public let format: Format
    /// Whether all of it is compressed by gzip.
    public let isCompressed: Bool
    /// How long it is, as it lies there, in bytes.
    public let byteCount: UInt64

    /// Looks at the first bytes of a file.
    ///
    /// - Returns: `nil` when it is no packet file, or cannot be read: whoever tries to read it as something
    ///   else will say so.
    public static func recognise(_ path: String) -> PacketFile? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        // Plain files are handed through by zlib as they are.
        guard let file = gzopen(path, "rb") else { return nil }
        defer { gzclose(file) }
        var magic = [UInt8](repeating: 0, count: 4)
        guard gzread(file, &magic, 4) == 4, let format = format(of: magic) else { return nil }
        return PacketFile(
            path: path,
            format: format,
            isCompressed: gzdirect(file) == 0,
            byteCount: UInt64(clamping: status.st_size)
        )
    }

    /// The formats that libpcap reads: pcap in both byte orders, with micro- and nanoseconds, and the
    /// variant of old Linux systems; pcapng.
    private static func format(of magic: [UInt8]) -> Format? {
        switch magic {
        case [0x0A, 0x0D, 0x0D, 0x0A]: .pcapng
        case [0xD4, 0xC3, 0xB2, 0xA1], [0xA1, 0xB2, 0xC3, 0xD4], [0x4D, 0x3C, 0xB2, 0xA1],
            [0xA1, 0xB2, 0x3C, 0x4D], [0x34, 0xCD, 0xB2, 0xA1], [0xA1, 0xB2, 0xCD, 0x34]:
            .pcap
        default: nil
        }
    }

    /// The last part of the path.
    public var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// What it is, in words: `pcapng, gzip`.
    public var description: String { format.rawValue + (isCompressed ? ", gzip" : "") }
}
