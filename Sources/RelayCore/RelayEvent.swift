public import CaptureFormat
public import Faults
public import Vocabulary

public import struct NIOCore.ByteBuffer

/// What a relay is told.
public enum RelayEvent: Equatable, Sendable {
    /// The client was accepted. Comes first, once.
    ///
    /// Where a PROXY header has to come before anything else, nothing is dialled before it has.
    case accepted(local: String, remote: String, awaitsHeader: Bool = false)
    /// The PROXY header has come, and says where the client is: `address:port`, or nothing.
    case announced(origin: String, header: [UInt8])
    /// What the client began with is no PROXY header that counts.
    case misannounced(detail: String, header: [UInt8])
    /// TLS is spoken on a leg; the upstream leg has come to be just before.
    case secured(SecuredRecord)
    /// TLS could not be agreed on with a peer that was there, or was broken.
    case insecure(Leg, detail: String)
    /// The upstream leg exists, and a PROXY header of ours goes before its stream, or none.
    case dialled(local: String, remote: String, header: [UInt8] = [])
    /// The upstream leg could not be made.
    case dialFailed(DialFailure)
    /// Bytes arrived.
    case received(Leg, ByteBuffer)
    /// The peer sent FIN: nothing more will arrive on this leg.
    case inputClosed(Leg)
    /// The leg broke: RST, or an error of the kernel.
    case broken(Leg, isReset: Bool, detail: String)
    /// The leg is gone, with what the kernel last said of it.
    case legClosed(Leg, LegProgress)
    /// The leg's buffer of unsent bytes went over its limit, or fell below it again.
    case writable(Leg, Bool)
    /// The time for the handshake is over.
    case handshakeTimeout
    /// The connection is to suffer this from now on.
    case plan(FaultPlan)
    /// The time of the last ``RelayCommand/wake(_:)`` has come.
    case woke
    /// Somebody has asked for the end of the connection.
    case ended(cause: String)
    /// Somebody has asked for this end of it. The mask key is for a frame to the server.
    case terminated(Termination, maskKey: UInt32)
    /// What the kernel says of both legs, each second.
    case progress(downstream: LegProgress, upstream: LegProgress)
    /// The proxy stops: say 1001 between frames. The mask key is for the frame to the server.
    case shutdown(maskKey: UInt32)
    /// The proxy stops now.
    case cut
}

/// Why the upstream could not be reached.
public struct DialFailure: Equatable, Sendable {
    /// The kind of failure.
    public enum Kind: Equatable, Sendable {
        /// Connection refused, or another answer of the network.
        case refused
        /// The name has no address.
        case unresolved
        /// No answer in time.
        case timeout
        /// TLS could not be agreed on.
        case insecure
    }

    /// The kind of failure.
    public var kind: Kind
    /// What the kernel or resolver said.
    public var detail: String

    /// Creates a failure.
    public init(kind: Kind, detail: String) {
        self.kind = kind
        self.detail = detail
    }
}

/// What a relay wishes.
///
/// Writes may reach the wire only once the records that were staged before them are in the kernel.
public enum RelayCommand: Equatable, Sendable {
    /// Connect to the upstream.
    case dial
    /// Send bytes on a leg, behind what was sent before.
    case write(Leg, ByteBuffer)
    /// Send FIN on a leg behind everything written; go on reading.
    case closeOutput(Leg)
    /// Close a leg in order, behind everything written.
    case close(Leg)
    /// Break a leg with RST once the kernel has sent what was written, or soon after.
    case reset(Leg)
    /// Read from a leg, or do not.
    case setReading(Leg, Bool)
    /// Tell ``RelayEvent/woke`` at this time, instead of any time that was asked for before; `nil` for
    /// never.
    case wake(Instant?)
    /// The handshake is over: its timer is not needed any more.
    case handshakeEnded
    /// Nothing more will happen: the `Closed` record is staged.
    case finished
}
