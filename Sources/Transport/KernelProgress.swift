private import CKernel
internal import CaptureFormat

#if canImport(Glibc)
private import Glibc
#endif

/// A second descriptor of a leg's socket, so that the kernel can be asked when the first is gone.
///
/// NIO closes a socket before it tells anyone about some errors. The duplicate must be closed at
/// once after the
/// last question: while it lives, the socket's FIN or RST is held back.
struct KernelProgress: ~Copyable {
    private let descriptor: CInt
    /// Dialled sockets count their SYN as acknowledged.
    private let isDialled: Bool

    /// Duplicates a socket's descriptor; `nil` when the process has none left.
    init?(duplicating socket: CInt, isDialled: Bool) {
        descriptor = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { return nil }
        self.isDialled = isDialled
    }

    deinit {
        close(descriptor)
    }

    /// What the kernel says now.
    ///
    /// - Parameter hasSentFIN: Whether our FIN is among the bytes that the kernel counts.
    /// - Returns: The progress, with ``LegProgress/received`` left to the caller; unknown when the
    ///   kernel does not answer.
    func read(hasSentFIN: Bool) -> LegProgress {
        var info = wscap_tcp_progress()
        guard wscap_tcp_progress(descriptor, &info) == 0 else { return LegProgress() }
        let syn: UInt64 = isDialled ? 1 : 0
        let fin: UInt64 = hasSentFIN ? 1 : 0
        let total = info.acknowledged + info.queued
        // The FIN comes last: it is acknowledged only when nothing is queued.
        let acknowledgedFIN = info.queued == 0 ? fin : 0
        return LegProgress(
            written: total - min(total, syn + fin),
            acknowledged: info.acknowledged - min(info.acknowledged, syn + acknowledgedFIN),
            unsent: info.unsent - min(info.unsent, fin),
            isKnown: true
        )
    }

    /// Whether the kernel holds bytes that the peer has not acknowledged.
    func hasQueuedBytes() -> Bool {
        var info = wscap_tcp_progress()
        return wscap_tcp_progress(descriptor, &info) == 0 && info.queued > 0
    }

    /// Makes the end of the socket a RST.
    func resetOnClose() {
        _ = wscap_linger_zero(descriptor)
    }
}
