public import Faults
public import Vocabulary

/// What a call needs done outside, where sockets are.
public enum ControlWork: Equatable, Sendable {
    /// Accept clients there and pass them on; creates the proxy if it is new.
    case start(proxy: String, listen: Endpoint, upstream: Endpoint, change: FaultChange)
    /// Accept nobody any more and close all connections.
    case stop(proxy: String, change: FaultChange)
    /// The same, and forget the proxy.
    case remove(proxy: String, change: FaultChange)
    /// Let connections, those that are open too, suffer this.
    case apply(proxy: String, plan: FaultPlan, change: FaultChange)

    /// How it went.
    public enum Result: Equatable, Sendable {
        /// It is done.
        case done
        /// It is done; this is where clients connect.
        case listening(Endpoint)
        /// It was refused; the reason in the words of whoever refused it.
        case failed(reason: String)
        /// Nobody answered in time; it may still happen.
        case timedOut
    }
}

/// Where a call has got to.
public enum ControlTurn: Sendable {
    /// This is the answer.
    case reply(ControlReply)
    /// This has to be done first; then the call goes on.
    case work(ControlWork, then: @Sendable (inout ProxyBook, ControlWork.Result) -> ControlTurn)
}
