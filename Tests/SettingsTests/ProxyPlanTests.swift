import CaptureStore
import Settings
import Testing
import Transport
import Vocabulary

@Suite struct ProxyPlanTests {
    private static func plan(_ flags: [SettingName: String]) throws -> ProxyPlan {
        var flags = flags
        flags[.upstream] = flags[.upstream] ?? "ws://a:1"
        return try ProxyPlan(SettingSheet(flags: flags, environment: { _ in nil }))
    }

    @Test(arguments: [
        ("64K", 65_536 as UInt64), ("1.5M", 1_572_864), ("2MB", 2_000_000), ("3MiB", 3 << 20),
        ("1G", 1 << 30), ("70000", 70_000),
    ])
    func `sizes are read`(text: String, bytes: UInt64) throws {
        #expect(try Self.plan([.rotateSize: text]).recording.rotation.byteCount == bytes)
    }

    @Test(arguments: [
        (SettingName.rotateSize, "-1"), (.rotateSize, "1 M"), (.rotateSize, "1X"),
        (.rotateSize, ""),
        (.rotateSize, "1e3"), (.rotateSize, "nan"), (.rotateSize, "10"), (.rotateSize, "99999999T"),
        (.rotateTime, "0"), (.rotateTime, "ten"), (.keep, "10"), (.keep, "30m"), (.keep, "0files"),
        (.keep, "1d,2d"), (.keep, "7y"), (.keep, ""), (.keep, "5G,"), (.ringSize, "1M"),
        (.ringSize, "2G"), (.store, "tape"), (.sync, "maybe"), (.onCaptureFailure, "hope"),
        (.loops, "0"), (.loops, "65"), (.loops, "two"), (.minFree, "lots"),
        (.keepSecrets, "perhaps"),
        (.name, ""), (.name, "a/b"), (.statusInterval, "-5s"),
    ])
    func `nonsense is refused with the setting's name`(name: SettingName, text: String) throws {
        let error = #expect(throws: OperatorError.self) { try Self.plan([name: text]) }
        #expect(error?.sentence.contains(name.flag) == true, "\(error?.sentence ?? "")")
        #expect(error?.failure == .usage)
    }

    @Test func `flags win over variables`() throws {
        let environment = ["WSCAP_UPSTREAM": "ws://a:1", "WSCAP_LOOPS": "3", "WSCAP_NAME": "n"]
        let sheet = SettingSheet(flags: [.loops: "2"], environment: { environment[$0] })
        let plan = try ProxyPlan(sheet)
        #expect(plan.recording.loopCount == 2)
        #expect(plan.proxy.name == "n")
    }

    @Test func `keeping needs rotation, and gets it`() throws {
        #expect(try Self.plan([:]).recording.rotation == RotationPolicy())
        #expect(try Self.plan([.keep: "8M"]).recording.rotation.byteCount == 1 << 20)
        #expect(try Self.plan([.keep: "3files"]).recording.rotation.byteCount == 1 << 30)
        let timed = try Self.plan([.keep: "3files", .rotateTime: "1h"]).recording.rotation
        #expect(timed == RotationPolicy(interval: .seconds(3600)))
    }

    @Test func `loops need a folder`() throws {
        #expect(throws: OperatorError.self) {
            try Self.plan([.loops: "2", .capture: "one.wscap"])
        }
    }
}
