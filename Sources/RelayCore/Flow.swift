internal import Vocabulary

/// What a relay has done with one direction, besides recording it.
struct Flow: Equatable {
    /// Bytes that were handed on.
    ///
    /// Once the proxy has sent bytes of its own, nothing more is.
    var forwardedByteCount: ByteOffset = 0
    /// The sender has sent FIN, or its leg is gone.
    var isInputClosed = false
    /// The proxy has sent its own last bytes to the receiver.
    var isFinishedByProxy = false
}
