public import Vocabulary

/// Something that has just happened, for whoever watches.
public struct ProxyEvent: Equatable, Sendable {
    /// What has happened.
    public enum Kind: Equatable, Sendable {
        /// A client was accepted; its address.
        case opened(ConnectionID, client: String)
        /// An upgrade was accepted; its target.
        case upgraded(ConnectionID, target: String)
        /// A connection ended; why, in the words of the capture, and what had passed.
        case closed(ConnectionID, cause: String, FlowTally, FlowTally)
        /// What connections suffer was changed: what was done, the fault's name and type.
        case fault(action: String, name: String, type: String)
        /// Somebody put a label on the timeline.
        case mark(label: String)
        /// A frame has come: one of many.
        case frame(ConnectionID, Direction, number: UInt64, opcode: String, byteCount: UInt64)
    }

    /// When.
    public var time: Instant
    /// The proxy.
    public var proxy: String
    /// What has happened.
    public var kind: Kind

    /// Describes an event.
    public init(time: Instant, proxy: String, kind: Kind) {
        self.time = time
        self.proxy = proxy
        self.kind = kind
    }

    /// Whether it is one of the frames, which are many.
    var isFrame: Bool {
        if case .frame = kind { true } else { false }
    }
}

/// Which events somebody wants.
public struct EventQuery: Equatable, Sendable {
    /// Only of this proxy; `nil` for all.
    public var proxy: String?
    /// Frames a second at most; 0 for none.
    public var framesPerSecond: Int

    /// Describes a wish.
    public init(proxy: String? = nil, framesPerSecond: Int = 0) {
        self.proxy = proxy
        self.framesPerSecond = framesPerSecond
    }
}
