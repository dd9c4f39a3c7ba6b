internal import CaptureFormat
internal import NIOCore
internal import RelayCore

/// Stands between TLS and the socket: measures what leaves, hears what TLS cannot, and ends a leg without
/// asking TLS.
///
/// Confined to its event loop.
final class CiphertextGauge: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The type of a record that carries application data (RFC 8446 §5.1).
    private static let applicationData: UInt8 = 23
    private static let headByteCount = 5
    /// The type of a record that carries an alert, and how long it is without encryption (RFC 8446 §6).
    private static let alert: UInt8 = 21
    private static let alertByteCount = 2

    private var ledger = CiphertextLedger()
    /// Bytes that were handed down to the socket.
    private var wireByteCount: UInt64 = 0
    /// Bytes of the stream that were written to TLS.
    private var streamByteCount: UInt64 = 0
    /// The records of application data since the last note.
    private var records: [UInt16] = []
    /// TLS has been asked to end what it writes.
    private var isGoodbyeDue = false
    /// What the peer has said without encryption before it broke off; `nil` for nothing.
    private(set) var plainAlert: UInt8?
    /// The handshake is going on.
    private var isHearing = true
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    /// Bytes went to the socket before TLS was spoken.
    func began(with byteCount: Int) {
        wireByteCount += UInt64(byteCount)
    }

    /// Bytes are about to be written to TLS.
    func wrote(_ byteCount: Int) {
        streamByteCount += UInt64(byteCount)
    }

    /// All that was written has been flushed, and TLS has handed it down.
    func flushed() {
        ledger.note(wire: wireByteCount, bytes: streamByteCount, records: records)
        records.removeAll(keepingCapacity: true)
    }

    /// What the kernel says, in bytes of the stream.
    func progress(_ wire: LegProgress) -> LegProgress {
        ledger.progress(wire)
    }

    /// The handshake is over, and what comes from now on is for TLS alone.
    func handshakeEnded() {
        isHearing = false
    }

    /// TLS is about to say goodbye, which has to reach the peer (RFC 8446 §6.1): without it what came before
    /// looks cut off.
    func expectGoodbye() {
        isGoodbyeDue = true
    }

    /// Closes the socket at once: TLS would wait for the peer's goodbye.
    func close() {
        context?.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isHearing { hear(unwrapInboundIn(data)) }
        context.fireChannelRead(data)
    }

    private func hear(_ buffer: ByteBuffer) {
        var index = buffer.readerIndex
        while let type: UInt8 = buffer.getInteger(at: index),
            let length: UInt16 = buffer.getInteger(at: index + Self.headByteCount - 2)
        {
            index += Self.headByteCount
            if type == Self.alert, length == Self.alertByteCount {
                plainAlert = buffer.getInteger(at: index + 1)
            }
            index += Int(length)
        }
    }

    func write(
        context: ChannelHandlerContext,
        data: NIOAny,
        promise: EventLoopPromise<Void>?
    ) {
        let buffer = unwrapOutboundIn(data)
        wireByteCount += UInt64(buffer.readableBytes)
        var index = buffer.readerIndex
        while index + Self.headByteCount <= buffer.writerIndex,
            let type: UInt8 = buffer.getInteger(at: index),
            let length: UInt16 = buffer.getInteger(at: index + Self.headByteCount - 2)
        {
            if type == Self.applicationData { records.append(length) }
            index += Self.headByteCount + Int(length)
        }
        context.write(data, promise: promise)
    }

    func close(
        context: ChannelHandlerContext,
        mode: CloseMode,
        promise: EventLoopPromise<Void>?
    ) {
        guard isGoodbyeDue else { return context.close(mode: mode, promise: promise) }
        // TLS closes in the same turn in which it says goodbye, and when the peer's input has ended, that
        // drops what the kernel has not taken yet.
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in
            context.close(mode: mode, promise: promise)
        }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: written)
    }
}
