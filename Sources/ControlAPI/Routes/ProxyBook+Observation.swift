internal import Telemetry
internal import Vocabulary

// For monitors: figures, health, the state in one object.
extension ProxyBook {
    func metrics() -> ControlTurn {
        let proxies = proxies
        return observe(proxies.keys.sorted()) { shots throws(ControlError) in
            var page = MetricsPage()
            page.tell(shots, of: proxies)
            return ControlReply(200, MetricsPage.contentType, page.text)
        }
    }

    func health() -> ControlTurn {
        let proxies = proxies
        return observe(proxies.keys.sorted()) { shots throws(ControlError) in
            let health = Health(shots, of: proxies)
            return .json(health.isReady ? 200 : 503, health.json)
        }
    }

    func status(_ call: ControlCall) throws(ControlError) -> ControlTurn {
        let names = try names(call.query["proxy"])
        let wanted = proxies.filter { names.contains($0.key) }
        return observe(names) { shots throws(ControlError) in
            .json(BridgeStatus(shots, of: wanted).json)
        }
    }
}
