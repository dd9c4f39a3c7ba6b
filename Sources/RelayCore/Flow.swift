internal import Vocabulary

/// What a relay has done with one direction, besides recording it.
struct Flow: Equatable {
    /// Bytes that were handed on.
    ///
    /// Once the proxy has sent bytes of its own, nothing more is.
    var forwardedByteCount: ByteOffset = 0
    /// The sender has sent FIN, or its leg is gone.
    var isInputClosed = false
    /// The sender's end has been passed on, or cannot be.
    var hasEnded = false
    /// How much longer what goes on is than what came, because of faults on messages.
    var growth: Int64 = 0
    /// Bytes that a fault has dropped, and that a record of their own tells of.
    var droppedByteCount: ByteOffset = 0
    /// The receiver takes what is written.
    var isReceiverReady = true
    /// A fault wants the sender to wait.
    var isSaturated = false
    /// The proxy has sent its own last bytes to the receiver.
    var isFinishedByProxy = false
}
