public import Vocabulary

/// What a proxy, or one of its event loops, has done since it began.
public struct ProxyTally: Equatable, Sendable {
    /// What clients have sent.
    public var clientToServer = FlowTally()
    /// What servers have sent.
    public var serverToClient = FlowTally()
    /// Connections that were accepted.
    public var acceptedCount: UInt64 = 0
    /// Those of them that became WebSocket.
    public var upgradedCount: UInt64 = 0
    /// WebSocket connections that began after an earlier one had ended: clients that came back.
    public var reconnectCount: UInt64 = 0
    /// Dials that failed, and legs that broke.
    public var failureCount: UInt64 = 0
    /// Attempts to write the capture that failed.
    public var captureErrorCount: UInt64 = 0
    /// Gaps of the capture that are over.
    public var gapCount: UInt64 = 0
    /// Frames that those gaps have swallowed.
    public var missedFrameCount: UInt64 = 0
    /// Bytes of the capture, in all of its files.
    public var capturedByteCount: UInt64 = 0
    /// From the arrival of bytes to the moment in which they were handed to the kernel.
    ///
    /// It is one duration a tick. What faults hold on purpose is not in it.
    public var forwarding = DurationHistogram()
    /// How often each fault has done something, by its name.
    public private(set) var faults: [String: UInt64] = [:]
    /// When bytes last came over a WebSocket.
    public var lastData: Instant?
    /// How the last dial of the upstream went.
    public var lastDial: Dial?

    /// How a dial of the upstream went.
    public struct Dial: Equatable, Sendable {
        /// When.
        public var time: Instant
        /// Why it failed; `nil` when it did not.
        public var failure: String?

        /// Describes a dial.
        public init(time: Instant, failure: String? = nil) {
            self.time = time
            self.failure = failure
        }
    }

    /// Names of faults that are counted apart; the rest counts as `other`.
    static let faultNameCountMax = 1000

    /// Nothing has happened yet.
    public init() {}

    /// Counts that a fault has done something: touched a message, held or dropped bytes, ended a connection.
    ///
    /// Whoever carries a fault out calls this; without faults nobody does.
    ///
    /// - Parameters:
    ///   - fault: The fault's name.
    ///   - count: How often.
    public mutating func countFault(_ fault: String, _ count: UInt64 = 1) {
        let isKnown = faults[fault] != nil || faults.count < Self.faultNameCountMax
        faults[isKnown ? fault : "other", default: 0] &+= count
    }

    /// Adds what another tally has counted.
    public static func += (left: inout ProxyTally, right: ProxyTally) {
        left.clientToServer += right.clientToServer
        left.serverToClient += right.serverToClient
        left.acceptedCount &+= right.acceptedCount
        left.upgradedCount &+= right.upgradedCount
        left.reconnectCount &+= right.reconnectCount
        left.failureCount &+= right.failureCount
        left.captureErrorCount &+= right.captureErrorCount
        left.gapCount &+= right.gapCount
        left.missedFrameCount &+= right.missedFrameCount
        left.capturedByteCount &+= right.capturedByteCount
        left.forwarding += right.forwarding
        for (fault, count) in right.faults { left.countFault(fault, count) }
        left.lastData = [left.lastData, right.lastData].compactMap(\.self).max()
        if let dial = right.lastDial, left.lastDial.map({ $0.time < dial.time }) ?? true {
            left.lastDial = dial
        }
    }
}
