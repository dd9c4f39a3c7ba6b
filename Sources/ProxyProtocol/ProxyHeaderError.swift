internal import Vocabulary

/// Why the beginning of a connection is no header that counts; the connection has to be ended (§2.1, §2.2).
public enum ProxyHeaderError: Error, Equatable, Sendable {
    /// A part of the line of version 1.
    public enum LinePart: Equatable, Sendable, CaseIterable {
        /// Neither `TCP4`, `TCP6` nor `UNKNOWN`.
        case family
        /// Not two addresses and two ports with one space before each.
        case words
        /// The first address.
        case sourceAddress
        /// The second address.
        case destinationAddress
        /// The first port.
        case sourcePort
        /// The second port.
        case destinationPort
        /// CR or LF alone.
        case lineEnd
    }

    /// It begins with something else.
    case noHeader
    /// Version 1 without CRLF in the bytes that it may have.
    case lineTooLong(limit: Int)
    /// Version 1 with a part that breaks the rules.
    case malformedLine(LinePart)
    /// The binary signature with a version other than 2.
    case unknownVersion(UInt8)
    /// A command that is neither LOCAL nor PROXY.
    case unknownCommand(UInt8)
    /// An address family or transport that is not assigned, as both stand in one byte.
    case unknownFamily(UInt8)
    /// A header of version 2 with more bytes than this room is willing to wait for.
    case headerTooLong(got: Int, limit: Int)
    /// Version 2 with less room than its addresses take, in bytes.
    case addressesCutShort(got: Int, needed: Int)
    /// A field that reaches beyond the header, or is not what its kind demands.
    case malformedField(ProxyField.Kind)
    /// A checksum that is not the header's.
    case wrongChecksum(got: UInt32, expected: UInt32)
}

extension ProxyHeaderError: CustomStringConvertible {
    /// What is wrong, in one sentence without a stop.
    public var description: String {
        switch self {
        case .noHeader: "the connection does not begin with a PROXY header"
        case .lineTooLong(let limit): "the PROXY line does not end within \(limit) bytes"
        case .malformedLine(let part): "the PROXY line \(part)"
        case .unknownVersion(let version): "the PROXY header has version \(version), which is not 2"
        case .unknownCommand(let command):
            "the PROXY header has command \(command), which is neither LOCAL nor PROXY"
        case .unknownFamily(let family):
            "the PROXY header has family and transport 0x\(CollectionOfOne(family).hexadecimal), "
                + "which mean nothing"
        case .headerTooLong(let got, let limit):
            "the PROXY header has \(got) bytes, which is more than the \(limit) that are accepted"
        case .addressesCutShort(let got, let needed):
            "the PROXY header has \(got) bytes for addresses that take \(needed)"
        case .malformedField(let kind): "the PROXY header's field \(kind) is malformed"
        case .wrongChecksum: "the PROXY header's checksum is wrong"
        }
    }
}

extension ProxyHeaderError.LinePart: CustomStringConvertible {
    /// What is wrong with the line, as the end of a sentence.
    public var description: String {
        switch self {
        case .family: "names neither TCP4, TCP6 nor UNKNOWN"
        case .words: "has not two addresses and two ports with one space before each"
        case .sourceAddress: "has a source address that is none of its family"
        case .destinationAddress: "has a destination address that is none of its family"
        case .sourcePort: "has a source port that is no number from 0 to 65535"
        case .destinationPort: "has a destination port that is no number from 0 to 65535"
        case .lineEnd: "ends with CR or LF alone"
        }
    }
}
