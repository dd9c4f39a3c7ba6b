private import Vocabulary

/// What a file that is no capture seems to be, going by its first bytes.
enum FileKind: Equatable {
    case known(String)
    case text
    case other([UInt8])

    private static let signatures: [([UInt8], String)] = [
        ([0x89, 0x50, 0x4E, 0x47], "a PNG picture"),
        ([0xFF, 0xD8, 0xFF], "a JPEG picture"),
        ([0x0A, 0x0D, 0x0D, 0x0A], "a pcapng file; 'wsreplay import' makes a capture of it"),
        ([0xD4, 0xC3, 0xB2, 0xA1], "a pcap file; 'wsreplay import' makes a capture of it"),
        ([0xA1, 0xB2, 0xC3, 0xD4], "a pcap file; 'wsreplay import' makes a capture of it"),
        ([0xA1, 0xB2, 0x3C, 0x4D], "a pcap file; 'wsreplay import' makes a capture of it"),
        ([0x4D, 0x3C, 0xB2, 0xA1], "a pcap file; 'wsreplay import' makes a capture of it"),
        ([0x1F, 0x8B], "a gzip file; unpack it first"),
        ([0x28, 0xB5, 0x2F, 0xFD], "a zstd file; unpack it first"),
        ([0x50, 0x4B, 0x03, 0x04], "a zip file"),
        ([0x7F, 0x45, 0x4C, 0x46], "a program"),
        ([0x25, 0x50, 0x44, 0x46], "a PDF document"),
    ]

    init(firstBytes: [UInt8]) {
        if let match = Self.signatures.first(where: { firstBytes.starts(with: $0.0) }) {
            self = .known(match.1)
        } else if !firstBytes.isEmpty,
            firstBytes.allSatisfy({ (0x20..<0x7F).contains($0) || (9...13).contains($0) })
        {
            self = .text
        } else {
            self = .other(firstBytes)
        }
    }

    var description: String {
        switch self {
        case .known(let name): name
        case .text: "a text file"
        case .other(let bytes):
            bytes.map { [$0].hexadecimal }.joined(separator: " ")
        }
    }
}
