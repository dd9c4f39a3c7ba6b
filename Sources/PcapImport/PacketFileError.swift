public import Vocabulary

/// What a packet file, or the system, has against being read.
public enum PacketFileError: OperatorFacingError, Equatable {
    /// The file cannot be opened.
    case cannotOpen(path: String, detail: String)
    /// It begins like a packet file, and libpcap makes nothing of it.
    case unreadable(path: String, detail: String)
    /// Its interfaces differ in a way that libpcap does not read.
    case mixedInterfaces(path: String, detail: String)
    /// What stands before IP in its packets is not known.
    case unknownLink(path: String, name: String)

    /// One sentence with the way out.
    public var sentence: String {
        switch self {
        case .cannotOpen(let path, let detail):
            "\(path) cannot be opened (\(detail))."
        case .unreadable(let path, let detail):
            "\(path) is no readable pcap or pcapng file: \(detail)."
        case .mixedInterfaces(let path, let detail):
            "\(path) holds interfaces that cannot be read together (\(detail)); write one of them to a "
                + "file of its own: tshark -r FILE -Y 'frame.interface_id == 0' -w ONE.pcapng, and then "
                + "editcap -F pcap ONE.pcapng ONE.pcap."
        case .unknownLink(let path, let name):
            "\(path) has link type \(name), in which TCP is not looked for; capture Ethernet, loopback, "
                + "'any' or raw IP instead."
        }
    }

    /// What kind of failure it is.
    public var failure: FailureKind { .unreadableInput }
}
