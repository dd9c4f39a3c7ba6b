public import Vocabulary

/// When things happened in a run: what a picture of it needs, and no payload.
public struct RunTimeline: Equatable, Sendable {
    /// One connection.
    public struct Connection: Equatable, Sendable {
        /// Which one.
        public var connection: ConnectionID
        /// The request target; empty when there was no request.
        public var target = ""
        /// When the client's leg came to be, or the first record named the connection.
        public var openedAt: Instant
        /// Whether its upgrade was accepted.
        public var isAccepted = false
        /// When it ended; `nil` when the capture ended first.
        public var endedAt: Instant?
        /// How it ended; `nil` when the capture ended first.
        public var ending: CaptureSummary.Ending?

        /// How it fared, in one word.
        public var fate: Fate {
            guard let ending else { return .open }
            guard isAccepted else { return .refused }
            if ending.isOrderly { return .orderly }
            return ending.cause == "fault" ? .fault : .abrupt
        }
    }

    /// How a connection fared.
    public enum Fate: String, Sendable, CaseIterable {
        /// Both peers agreed to end it.
        case orderly
        /// It ended without that.
        case abrupt
        /// A fault that was asked for ended it.
        case fault
        /// It never came to an accepted upgrade.
        case refused
        /// It was open when the capture ended.
        case open
    }

    /// A fault from its being asked for to its being taken away.
    public struct FaultSpan: Equatable, Sendable {
        /// Its name; `proxy disabled` where the whole proxy was.
        public var name: String
        /// Its type, such as `ws_drop`; empty when no record tells.
        public var type = ""
        /// When it was asked for, or first seen at work.
        public var from: Instant
        /// When it was taken away; `nil` when it never was.
        public var through: Instant?
        /// When it was first and last seen at work; `nil` when it touched nothing.
        public var work: ClosedRange<Instant>?
        /// How often it was seen at work.
        public var workCount: UInt64 = 0
    }

    /// A time that was not recorded.
    public struct Gap: Equatable, Sendable {
        /// The first instant that is not covered.
        public var from: Instant
        /// The last instant that is not covered; `nil` when recording never went on.
        public var through: Instant?
        /// Why, in one sentence.
        public var reason: String
    }

    /// The time of the first record; `nil` when there is none.
    public var firstTime: Instant?
    /// The time of the last record.
    public var lastTime: Instant?
    /// The connections, in the order of their numbers.
    public var connections: [Connection] = []
    /// How many connections there were beyond those listed.
    public var unlistedConnectionCount: UInt64 = 0
    /// Times without a connection.
    public var outages: [CaptureSummary.Outage] = []
    /// Faults, in the order of their beginning.
    public var faults: [FaultSpan] = []
    /// Labels that somebody put on the timeline.
    public var marks: [FaultLedger.Mark] = []
    /// Times that were not recorded.
    public var gaps: [Gap] = []

    /// A timeline on which nothing has happened.
    public init() {}

    /// From the first record to the last.
    public var duration: Duration {
        guard let firstTime, let lastTime else { return .zero }
        return lastTime.since(firstTime)
    }
}
