/// The fields at the end of a header of version 2.
enum FieldList {
    /// Reads fields from `start` to the header's end, and holds the checksum against it.
    static func read(
        _ header: RawSpan,
        from start: Int
    ) throws(ProxyHeaderError) -> [ProxyField] {
        var fields: [ProxyField] = []
        var checksumAt: Int?
        for (kind, range) in try places(header, start..<header.byteCount) {
            try check(kind, range, of: header)
            if kind == .checksum {
                guard checksumAt == nil else { throw .malformedField(kind) }
                checksumAt = range.lowerBound
            }
            fields.append(ProxyField(kind, header.bytes(range)))
        }
        if let checksumAt { try verify(header, checksumAt: checksumAt) }
        return fields
    }

    /// Where the values of fields stand that fill a range.
    private static func places(
        _ header: RawSpan,
        _ range: Range<Int>
    ) throws(ProxyHeaderError) -> [(kind: ProxyField.Kind, value: Range<Int>)] {
        var found: [(kind: ProxyField.Kind, value: Range<Int>)] = []
        var position = range.lowerBound
        while position < range.upperBound {
            let kind = ProxyField.Kind(rawValue: header.octet(position))
            let start = position + ProxyField.headByteCount
            guard start <= range.upperBound else { throw .malformedField(kind) }
            let end = start + Int(header.word(position + 1))
            guard end <= range.upperBound else { throw .malformedField(kind) }
            found.append((kind, start..<end))
            position = end
        }
        return found
    }

    /// Holds a value against what its kind demands.
    private static func check(
        _ kind: ProxyField.Kind,
        _ range: Range<Int>,
        of header: RawSpan
    ) throws(ProxyHeaderError) {
        let isRight: Bool
        switch kind {
        case .checksum: isRight = range.count == ProxyField.checksumByteCount
        case .uniqueID: isRight = range.count <= ProxyField.uniqueIDByteCountMax
        case .tls:
            // §2.2.6: flags, how the certificate was judged, and fields of its own.
            let start = range.lowerBound + ProxyField.tlsHeadByteCount
            isRight = start <= range.upperBound
            if isRight {
                do throws(ProxyHeaderError) {
                    _ = try places(header, start..<range.upperBound)
                } catch {
                    throw .malformedField(kind)
                }
            }
        default: isRight = true
        }
        guard isRight else { throw .malformedField(kind) }
    }

    /// §2.2.3: the checksum is that of the whole header, with zeros where it stands itself.
    private static func verify(
        _ header: RawSpan,
        checksumAt place: Int
    ) throws(ProxyHeaderError) {
        let end = place + ProxyField.checksumByteCount
        var checksum = CRC32C()
        checksum.add(header.bytes(0..<place))
        checksum.add([0, 0, 0, 0])
        checksum.add(header.bytes(end..<header.byteCount))
        let got = UInt32(header.word(place)) << 16 | UInt32(header.word(place + 2))
        guard got == checksum.value else {
            throw .wrongChecksum(got: got, expected: checksum.value)
        }
    }
}
