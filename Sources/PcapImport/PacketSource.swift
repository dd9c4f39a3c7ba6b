private import CKernel
private import CPcap
private import CZlib
internal import Reassembly
internal import Vocabulary

#if canImport(Glibc)
private import Glibc
#endif

/// The packets of a file, one after the other, through libpcap.
final class PacketSource {
    /// How the packets ended.
    enum Ending: Equatable {
        case complete
        /// What follows cannot be read.
        case damaged(String)
    }

    let file: PacketFile
    let link: LinkType
    /// How libpcap calls the link type.
    let linkName: String
    /// Bytes of a packet that were kept when it was captured, at most.
    let snapByteCount: Int
    private let handle: OpaquePointer
    private let stream: UnsafeMutablePointer<FILE>
    private let archive: GzipStream?
    private let buffer: UnsafeMutablePointer<CChar>
    private static let bufferByteCount = 256 << 10

    init(_ file: PacketFile) throws(PacketFileError) {
        self.file = file
        let archive = file.isCompressed ? GzipStream(file.path) : nil
        guard let stream = archive.map({ $0.stream }) ?? fopen(file.path, "rb") else {
            throw .cannotOpen(path: file.path, detail: String(cString: strerror(errno)))
        }
        // Large pieces: the C library would ask for 4 KiB at a time, and ignores a size without a buffer.
        let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: Self.bufferByteCount)
        setvbuf(stream, buffer, _IOFBF, Self.bufferByteCount)
        var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        let opened = pcap_fopen_offline_with_tstamp_precision(
            stream,
            UInt32(PCAP_TSTAMP_PRECISION_NANO),
            &message
        )
        guard let opened else {
            fclose(stream)
            buffer.deallocate()
            throw .unreadable(path: file.path, detail: Self.text(message))
        }
        handle = opened
        self.stream = stream
        self.archive = archive
        self.buffer = buffer
        link = LinkType(rawValue: pcap_datalink(opened))
        linkName = Self.name(of: link)
        snapByteCount = Int(pcap_snapshot(opened))
    }

    deinit {
        // It closes the stream as well.
        pcap_close(handle)
        buffer.deallocate()
    }

    /// How many bytes of the file have been read.
    var offset: UInt64 {
        archive?.offset ?? UInt64(clamping: ftello(stream))
    }

    /// The time of the next packet.
    func firstTime() throws -> Instant {
        struct Enough: Error { let time: Instant }
        do {
            _ = try forEachPacket { _, _, time in throw Enough(time: time) }
        } catch let enough as Enough {
            return enough.time
        }
        return .epoch
    }

    /// Reads to the end, or to where nothing more can be read.
    ///
    /// - Parameter body: Gets each packet as captured, its length on the wire, and its time.
    /// - Returns: Whether the end was reached.
    /// - Throws: ``PacketFileError``, or what `body` throws.
    func forEachPacket(
        _ body: (RawSpan, Int, Instant) throws -> Void
    ) throws -> Ending {
        while true {
            var header: UnsafeMutablePointer<pcap_pkthdr>?
            var data: UnsafePointer<UInt8>?
            switch pcap_next_ex(handle, &header, &data) {
            case 1:
                guard let header, let data else { return .complete }
                let bytes = UnsafeRawBufferPointer(start: data, count: Int(header.pointee.caplen))
                // Lent until the next packet is asked for.
                try body(bytes.bytes, Int(header.pointee.len), Self.time(header.pointee.ts))
            case PCAP_ERROR_BREAK:
                return .complete
            default:
                let detail = String(cString: pcap_geterr(handle))
                if detail.contains("different from the type of the first interface") {
                    throw PacketFileError.mixedInterfaces(path: file.path, detail: detail)
                }
                return .damaged(detail)
            }
        }
    }

    /// With nanosecond precision, libpcap puts nanoseconds into the field for microseconds.
    private static func time(_ value: timeval) -> Instant {
        let seconds = UInt64(clamping: value.tv_sec)
        let nanoseconds = UInt64(clamping: value.tv_usec)
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return Instant(nanoseconds: .max / 2) }
        return Instant(nanoseconds: min(whole, .max / 2) + min(nanoseconds, 1_000_000_000))
    }

    private static func name(of link: LinkType) -> String {
        guard let name = pcap_datalink_val_to_name(link.rawValue) else {
            return String(link.rawValue)
        }
        return String(cString: name)
    }

    private static func text(_ message: [CChar]) -> String {
        message.withUnsafeBufferPointer { buffer in
            String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }
}

/// A gzip file as a C stream that yields what is packed in it.
private final class GzipStream {
    let stream: UnsafeMutablePointer<FILE>
    private let file: gzFile

    init?(_ path: String) {
        guard let file = gzopen(path, "rb") else { return nil }
        gzbuffer(file, 1 << 17)
        let stream = wscap_open_stream(
            UnsafeMutableRawPointer(file),
            { source, buffer, count in
                guard let source, let buffer else { return -1 }
                let wanted = UInt32(min(count, Int(Int32.max)))
                return Int(gzread(gzFile(OpaquePointer(source)), buffer, wanted))
            },
            { source in
                guard let source else { return 0 }
                return gzclose(gzFile(OpaquePointer(source)))
            }
        )
        guard let stream else {
            gzclose(file)
            return nil
        }
        self.file = file
        self.stream = stream
    }

    /// How many bytes of the packed file have been read.
    var offset: UInt64 { UInt64(clamping: gzoffset(file)) }
}
