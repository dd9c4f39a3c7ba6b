/// What has passed in one direction.
public struct FlowTally: Equatable, Sendable {
    /// The frames.
    public var frames: FrameTally
    /// Bytes that have come from the sender, HTTP included.
    public var receivedByteCount: UInt64
    /// Bytes that were handed on to the receiver.
    public var forwardedByteCount: UInt64

    /// Describes a flow.
    public init(
        frames: FrameTally = FrameTally(),
        receivedByteCount: UInt64 = 0,
        forwardedByteCount: UInt64 = 0
    ) {
        self.frames = frames
        self.receivedByteCount = receivedByteCount
        self.forwardedByteCount = forwardedByteCount
    }

    /// Adds what another tally has counted.
    public static func += (left: inout FlowTally, right: FlowTally) {
        left.frames += right.frames
        left.receivedByteCount &+= right.receivedByteCount
        left.forwardedByteCount &+= right.forwardedByteCount
    }
}
