internal import CaptureFormat
internal import NIOCore

/// One leg's channel, and what the driver remembers of it.
///
/// Confined to the channel's event loop.
final class LegState {
    let channel: any Channel
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

    init(channel: any Channel, kernel: consuming KernelProgress?) {
        self.channel = channel
        self.kernel = consume kernel
    }

    /// What the kernel says of the leg.
    func progress() -> LegProgress {
        kernel?.read(hasSentFIN: hasSentFIN) ?? LegProgress()
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
