internal import Telemetry

// Watching.
extension ProxyBook {
    /// Frames a second that may be asked for.
    static let framesPerSecondMax = 1000

    func watch(_ call: ControlCall) throws(ControlError) -> ControlTurn {
        var query = EventQuery()
        if let name = call.query["proxy"] { query.proxy = try proxy(name).name }
        if let text = call.query["frames"] {
            guard let rate = Int(text), (0...Self.framesPerSecondMax).contains(rate) else {
                throw ControlError(
                    400,
                    "frames is '\(text.prefix(80))'; it goes from 0 to \(Self.framesPerSecondMax) "
                        + "a second"
                )
            }
            query.framesPerSecond = rate
        }
        return .watch(query)
    }
}
