public import CaptureFormat
public import Vocabulary
internal import WebSocketWire

/// Hands out one frame's payload, unmasked, part by part as it arrived.
public struct RawPayload {
    private let reference: FrameReference
    private var head: [UInt8] = []
    private var header: FrameHeader?
    private var byteCount: UInt64 = 0

    /// Whether the frame is in the capture.
    public private(set) var isFound = false
    /// Whether all of the frame has been handed out.
    public private(set) var isDone = false

    /// Creates a reader of one frame's payload.
    public init(of reference: FrameReference) {
        self.reference = reference
    }

    /// Takes a record of the capture.
    ///
    /// - Returns: Bytes of the payload; none for other records.
    public mutating func take(_ entry: CaptureEntry, bytes: RawSpan) -> [UInt8] {
        guard case .frame(let record) = entry.record, !isDone,
            record.connection == reference.connection, record.direction == reference.direction,
            record.frame == reference.frame
        else { return [] }
        isFound = true
        isDone = record.isLast
        head += Self.copy(bytes.extracting(record.header))
        if header == nil {
            do throws(WireError) {
                // Safety: bytes have no padding, so all of the span's memory is initialised.
                header = try FrameHeader(unsafe head.span.bytes)
            } catch {
                header = nil
            }
        }
        var payload = Self.copy(bytes.extracting(record.payload))
        if let key = header?.maskKey {
            Masking.apply(key: key, to: &payload, range: 0..<payload.count, offset: byteCount)
        }
        byteCount += UInt64(payload.count)
        return payload
    }

    private static func copy(_ bytes: RawSpan) -> [UInt8] {
        // Safety: the pointer is used while the span is alive.
        unsafe bytes.withUnsafeBytes { unsafe Array($0) }
    }
}
