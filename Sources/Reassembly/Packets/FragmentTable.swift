internal import Vocabulary

/// Puts IP fragments together (RFC 791 §3.2, RFC 8200 §4.5).
///
/// Where fragments overlap, the bytes that came first stay.
struct FragmentTable {
    private struct Key: Hashable {
        var source: IPAddress
        var target: IPAddress
        var identifier: UInt32
        var protocolNumber: UInt8
    }

    private struct Datagram {
        var bytes: [UInt8] = []
        /// Runs that are there, ascending, with gaps between them.
        var runs: [Range<Int>] = []
        var byteCount: Int?
        var began: UInt64

        mutating func add(_ fragment: RawSpan, at offset: Int) {
            let end = offset + fragment.byteCount
            if bytes.count < end { bytes += [UInt8](repeating: 0, count: end - bytes.count) }
            for index in offset..<end where !runs.contains(where: { $0.contains(index) }) {
                bytes[index] = fragment.octet(index - offset)
            }
            runs.append(offset..<end)
            runs.sort { $0.lowerBound < $1.lowerBound }
            var merged: [Range<Int>] = []
            for run in runs {
                if let last = merged.last, last.upperBound >= run.lowerBound {
                    merged[merged.count - 1] =
                        last.lowerBound..<max(last.upperBound, run.upperBound)
                } else {
                    merged.append(run)
                }
            }
            runs = merged
        }

        var isWhole: Bool {
            guard let byteCount, let first = runs.first else { return false }
            return first.lowerBound == 0 && first.upperBound >= byteCount
        }
    }

    /// More datagrams than this are not kept at a time; the oldest go.
    static let datagramCountMax = 256
    /// Fragments of one datagram with gaps between them; with more of them it is given up.
    static let runCountMax = 64
    /// The longest payload of a datagram: RFC 791 counts its length in 16 bits.
    static let datagramByteCountMax = 65_535

    private var datagrams: [Key: Datagram] = [:]
    private var count: UInt64 = 0
    /// Datagrams that were given up.
    private(set) var abandonedCount: UInt64 = 0

    /// How many are being waited for.
    var openCount: Int { datagrams.count }

    /// Takes a fragment.
    ///
    /// - Parameters:
    ///   - payload: Its bytes, as captured.
    ///   - header: The header that they stood behind.
    /// - Returns: The payload of the datagram, when it is whole with this fragment.
    mutating func take(_ payload: RawSpan, _ header: IPHeader) -> [UInt8]? {
        guard let fragment = header.fragment,
            fragment.offset + payload.byteCount <= Self.datagramByteCountMax
        else { return nil }
        let key = Key(
            source: header.source,
            target: header.target,
            identifier: fragment.identifier,
            protocolNumber: header.protocolNumber
        )
        count += 1
        if datagrams[key] == nil, datagrams.count >= Self.datagramCountMax { abandonOldest() }
        var datagram = datagrams[key] ?? Datagram(began: count)
        datagram.add(payload, at: fragment.offset)
        if !fragment.hasMore { datagram.byteCount = fragment.offset + header.payloadByteCount }
        guard datagram.isWhole, let byteCount = datagram.byteCount else {
            let isHopeless = datagram.runs.count > Self.runCountMax
            if isHopeless { abandonedCount += 1 }
            datagrams[key] = isHopeless ? nil : datagram
            return nil
        }
        datagrams[key] = nil
        return Array(datagram.bytes.prefix(byteCount))
    }

    private mutating func abandonOldest() {
        guard let oldest = datagrams.min(by: { $0.value.began < $1.value.began }) else { return }
        datagrams[oldest.key] = nil
        abandonedCount += 1
    }
}
