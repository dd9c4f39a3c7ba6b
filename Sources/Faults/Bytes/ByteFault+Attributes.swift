extension ByteFault {
    /// Its attributes with their names in the control API, in the order in which they are shown.
    public var attributes: [(name: String, value: Int64)] {
        switch self {
        case .noop, .partition: []
        case .latency(let it): [("latency", it.latency), ("jitter", it.jitter)]
        case .bandwidth(let it): [("rate", it.rate)]
        case .slowClose(let it): [("delay", it.delay)]
        case .timeout(let it): [("timeout", it.timeout)]
        case .resetPeer(let it): [("timeout", it.timeout)]
        case .slicer(let it):
            [
                ("average_size", it.averageSize), ("size_variation", it.sizeVariation),
                ("delay", it.delay),
            ]
        case .limitData(let it): [("bytes", it.bytes)]
        }
    }

    /// A fault by its name, all attributes zero; `nil` when there is none of that name.
    public init?(type: String) {
        switch type {
        case "noop": self = .noop
        case "latency": self = .latency(Latency())
        case "bandwidth": self = .bandwidth(Bandwidth())
        case "slow_close": self = .slowClose(SlowClose())
        case "timeout": self = .timeout(Timeout())
        case "reset_peer": self = .resetPeer(ResetPeer())
        case "slicer": self = .slicer(Slicer(averageSize: 0))
        case "limit_data": self = .limitData(LimitData())
        default: return nil
        }
    }

    /// The same fault with other attributes; names that it does not have are ignored.
    ///
    /// - Throws: ``FaultFlaw``.
    public func with(_ values: [String: AttributeValue]) throws(FaultFlaw) -> ByteFault {
        let changed = changed(by: AttributeValues(values))
        if let flaw = changed.flaw { throw FaultFlaw(flaw) }
        return changed
    }

    private func changed(by values: AttributeValues) -> ByteFault {
        func value(_ name: String, _ current: Int64) -> Int64 { values.integer(name, current) }
        switch self {
        case .noop, .partition: return self
        case .latency(let it):
            return .latency(
                Latency(latency: value("latency", it.latency), jitter: value("jitter", it.jitter))
            )
        case .bandwidth(let it): return .bandwidth(Bandwidth(rate: value("rate", it.rate)))
        case .slowClose(let it): return .slowClose(SlowClose(delay: value("delay", it.delay)))
        case .timeout(let it): return .timeout(Timeout(timeout: value("timeout", it.timeout)))
        case .resetPeer(let it): return .resetPeer(ResetPeer(timeout: value("timeout", it.timeout)))
        case .slicer(let it):
            return .slicer(
                Slicer(
                    averageSize: value("average_size", it.averageSize),
                    sizeVariation: value("size_variation", it.sizeVariation),
                    delay: value("delay", it.delay)
                )
            )
        case .limitData(let it): return .limitData(LimitData(bytes: value("bytes", it.bytes)))
        }
    }

    /// What is wrong with the attributes, in one sentence; `nil` when they can be worked with.
    private var flaw: String? {
        switch self {
        case .bandwidth(let it) where it.rate < 0:
            "rate is \(it.rate); it must not be negative"
        case .slicer(let it) where it.averageSize < 1:
            "average_size is \(it.averageSize); a piece has at least 1 byte"
        case .slicer(let it) where it.sizeVariation < 0 || it.sizeVariation > it.averageSize:
            "size_variation is \(it.sizeVariation); it goes from 0 to average_size "
                + "(\(it.averageSize))"
        default: nil
        }
    }
}
