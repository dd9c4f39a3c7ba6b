internal import CaptureFormat
internal import NIOCore

/// One leg's channel, and what the driver remembers of it.
///
/// Confined to the channel's event loop.
final class LegState {
    let channel: any Channel
    /// What lies between TLS and the socket; `nil` for a plain leg.
    let gauge: CiphertextGauge?
    /// Bytes before the stream: a PROXY header of ours.
    let prefaceByteCount: UInt64
    /// TLS is spoken, or need not be.
    var isSecured: Bool
    /// The socket's second descriptor; `nil` when there was none left, or when the leg is gone.
    var kernel: KernelProgress?
    /// Bytes were written and not flushed.
    var needsFlush = false
    /// The driver has asked for the end of the leg.
    var isClosing = false
    /// Our FIN is on its way.
    var hasSentFIN = false
    /// `channelInactive` has come.
    var isGone = false

    init(
        channel: any Channel,
        kernel: consuming KernelProgress?,
        gauge: CiphertextGauge? = nil,
        prefaceByteCount: Int = 0,
        isSecured: Bool = true
    ) {
        self.channel = channel
        self.kernel = consume kernel
        self.gauge = gauge
        self.prefaceByteCount = UInt64(prefaceByteCount)
        self.isSecured = isSecured
    }

    /// What the kernel says of the leg, in bytes of its stream.
    func progress() -> LegProgress {
        var progress = kernel?.read(hasSentFIN: hasSentFIN) ?? LegProgress()
        if let gauge { return gauge.progress(progress) }
        guard prefaceByteCount > 0 else { return progress }
        progress.written -= min(progress.written, prefaceByteCount)
        progress.acknowledged -= min(progress.acknowledged, prefaceByteCount)
        progress.unsent = min(progress.unsent, progress.written)
        return progress
    }

    /// Writes bytes, to be flushed later.
    func write(_ buffer: ByteBuffer) {
        needsFlush = true
        gauge?.wrote(buffer.readableBytes)
        channel.write(buffer, promise: nil)
    }

    /// Lets what was written go.
    func flush() {
        guard needsFlush else { return }
        needsFlush = false
        channel.flush()
        gauge?.flushed()
    }

    /// Sends a FIN; TLS says goodbye before.
    func closeOutput() {
        hasSentFIN = true
        gauge?.expectGoodbye()
        channel.close(mode: .output, promise: nil)
    }

    /// Ends the leg in order: TLS says goodbye, and nobody waits for the answer.
    func close() {
        guard let gauge else { return channel.close(promise: nil) }
        guard isSecured, !hasSentFIN else { return gauge.close() }
        gauge.expectGoodbye()
        let isSaid = channel.eventLoop.makePromise(of: Void.self)
        isSaid.futureResult.assumeIsolated().whenComplete { _ in gauge.close() }
        channel.close(mode: .output, promise: isSaid)
    }

    /// Ends the leg at once.
    func closeNow() {
        guard let gauge else { return channel.close(promise: nil) }
        gauge.close()
    }

    /// Reads from the peer, or lets what it sends wait in the kernel.
    func setReading(_ isReading: Bool) {
        do {
            try channel.syncOptions?.setOption(.autoRead, value: isReading)
        } catch {
            // The channel is gone, and `channelInactive` says so.
            return
        }
    }
}
