import CaptureStore
import Settings
import Testing
import Transport
import Vocabulary

@Suite struct SettingsFileTests {
    private static func plans(_ yaml: String) throws -> [ProxyPlan] {
        try SettingsFile.sheets(in: yaml, path: "p.yaml").map { try ProxyPlan($0) }
    }

    private static func complaint(_ yaml: String) -> String? {
        do {
            try ProxyPlans.check(try plans(yaml))
            return nil
        } catch {
            return (error as? OperatorError)?.sentence ?? "\(error)"
        }
    }

    @Test func `proxies take what defaults say and what they say themselves`() throws {
        let plans = try Self.plans(
            """
            defaults:
              capture: /data
              keep: [10files, 2G]
              rotate-time: 1h
            proxies:
              - name: bot
                listen: 127.0.0.1:8000
                upstream: ws://a:1
              - name: admin
                listen: 127.0.0.1:8001
                upstream: ws://b:2
                keep: 7d
                on-capture-failure: block
                loops: 2
            """
        )
        try ProxyPlans.check(plans)
        #expect(plans.map(\.proxy.name) == ["bot", "admin"])
        #expect(plans.map(\.recording.capture) == ["/data", "/data"])
        #expect(plans[0].recording.retention == RetentionPolicy(fileCount: 10, byteCount: 2 << 30))
        #expect(plans[0].recording.rotation.byteCount == 256 << 20)
        #expect(plans[0].recording.rotation.interval == .seconds(3600))
        #expect(plans[1].recording.retention == RetentionPolicy(age: .seconds(7 * 86_400)))
        #expect(plans[1].recording.onFailure == .block)
        #expect(plans[1].recording.loopCount == 2)
    }

    @Test(arguments: [
        ("proxies:\n  - name: a\n   listen: x", "p.yaml:3:4: not YAML"),
        ("", "p.yaml is empty"),
        ("[1, 2]", "p.yaml:1:1: the file consists of lines"),
        ("proxies: {}", "p.yaml:1:10: proxies is a list"),
        ("proxies: []", "p.yaml describes no proxy"),
        ("proxy: []", "p.yaml:1:1: 'proxy' is not known here"),
        ("proxies:\n  - lisen: x", "p.yaml:2:5: 'lisen' is no setting"),
        ("proxies:\n  - listen: x\n    upstream: ws://a:1", "p.yaml:2:13: listen is 'x'"),
        ("proxies:\n  - listen: :1\n    listen: :2", "given twice: listen"),
        ("proxies:\n  - listen: a:1", "No upstream is given for 'bridge'"),
        ("proxies:\n  - upstream: ftp://a", "p.yaml:2:15: upstream:"),
        ("proxies:\n  - keep: {a: b}\n    upstream: ws://a:1", "p.yaml:2:11: keep is one value"),
        ("proxies:\n  - grace: soon\n    upstream: ws://a:1", "p.yaml:2:12: grace is 'soon'"),
        (
            "defaults: {upstream: 'ws://a:1'}\nproxies: [{name: a, listen: 'h:1'}, {name: b, listen: 'h:1'}]",
            "where 'a' listens already"
        ),
        (
            "defaults: {upstream: 'ws://a:1'}\nproxies: [{listen: 'h:1'}, {listen: 'h:2'}]",
            "Two proxies are called 'bridge'"
        ),
    ])
    func `a wrong file is told with its place`(yaml: String, beginning: String) throws {
        let complaint = try #require(Self.complaint(yaml))
        #expect(complaint.contains(beginning), "\(complaint)")
    }
}
