public import Faults
public import Telemetry
public import Vocabulary

/// What a call needs done outside, where sockets are.
public enum ControlWork: Equatable, Sendable {
    /// Accept clients there and pass them on; creates the proxy if it is new.
    case start(proxy: String, listen: Endpoint, upstream: Endpoint, change: FaultChange)
    /// Accept nobody any more and close all connections.
    case stop(proxy: String, change: FaultChange)
    /// The same, and forget the proxy.
    case remove(proxy: String, change: FaultChange)
    /// End one connection of these proxies, or all of them.
    case terminate(proxies: [String], ConnectionID?, Termination, source: String)
    /// Say how these proxies stand.
    case observe(proxies: [String], ConnectionQuery)
    /// End the files that are being written, and begin new ones.
    case rotate(proxies: [String])
    /// Put a label on the timeline.
    case mark(proxies: [String], label: String, source: String)
    /// Let connections, those that are open too, suffer this; all of it, or what is left of it when a
    /// proxy does not answer.
    case apply([PlanChange])

    /// How it went.
    public enum Result: Equatable, Sendable {
        /// It is done.
        case done
        /// It is done; this is where clients connect.
        case listening(Endpoint)
        /// How the proxies stand that run.
        case snapshots([ProxySnapshot])
        /// So many connections are ending.
        case ended(Int)
        /// These files have their end, by proxy; some could not be given one.
        case sealed([ProxySnapshot], failures: [String])
        /// It was refused; the reason in the words of whoever refused it.
        case failed(reason: String)
        /// Nobody answered in time; it may still happen.
        case timedOut
    }
}

/// What the connections of a proxy are to suffer from now on, and why.
public struct PlanChange: Equatable, Sendable {
    /// The proxy.
    public var proxy: String
    /// All that they are to suffer.
    public var plan: FaultPlan
    /// What is new in it, for the record.
    public var changes: [FaultChange]

    /// Describes a change.
    public init(proxy: String, plan: FaultPlan, changes: [FaultChange]) {
        self.proxy = proxy
        self.plan = plan
        self.changes = changes
    }
}

/// Where a call has got to.
public enum ControlTurn: Sendable {
    /// This is the answer.
    case reply(ControlReply)
    /// The answer is a stream of events.
    case watch(EventQuery)
    /// This has to be done first; then the call goes on.
    case work(ControlWork, then: @Sendable (inout ProxyBook, ControlWork.Result) -> ControlTurn)
}
