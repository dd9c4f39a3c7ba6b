import ControlAPI
import Settings
import Testing
import Vocabulary

@Suite struct FaultSettingsTests {
    private func settings(
        seed: String? = nil,
        buffer: String? = nil,
        upstreams: [String] = [],
        plan: String? = nil,
        _ environment: [String: String] = [:]
    ) throws -> FaultSettings {
        try FaultSettings(
            seed: seed,
            buffer: buffer,
            upstreams: upstreams,
            plan: plan,
            environment: { environment[$0] },
            read: { path in
                guard path == "plan.yaml" else { throw OperatorError(.unreadableInput, path) }
                return "seed: 7\nproxies:\n  - x\n"
            }
        )
    }

    @Test func `without a word faults hold 16 MiB, and calls may ask for any upstream`() throws {
        let found = try settings()
        #expect(found.seed == nil)
        #expect(found.rules == ControlRules())
        #expect(found.rules.heldByteCountMax == 16 << 20)
        #expect(found.plan == nil)
    }

    @Test func `the flag wins over the variable`() throws {
        let variables = [
            "WSCAP_SEED": "1", "WSCAP_FAULT_BUFFER": "1M", "WSCAP_ALLOW_UPSTREAM": "a:1,b:*",
            "WSCAP_FAULTS": "plan.yaml",
        ]
        let said = try settings(variables)
        #expect(said.seed == 1)
        #expect(said.rules.heldByteCountMax == 1 << 20)
        #expect(said.rules.upstreams == ["a:1", "b:*"].compactMap(UpstreamPattern.init))
        #expect(said.plan?.path == "plan.yaml")
        let flags = try settings(seed: "2", buffer: "2M", upstreams: ["c:3"], variables)
        #expect(flags.seed == 2)
        #expect(flags.rules.heldByteCountMax == 2 << 20)
        #expect(flags.rules.upstreams == [UpstreamPattern("c:3")].compactMap(\.self))
    }

    @Test(arguments: [("4095", false), ("4K", true), ("4097", true), ("1G", true), ("1.1G", false)])
    func `a buffer is neither tiny nor huge`(text: String, isGood: Bool) {
        do {
            _ = try settings(buffer: text)
            #expect(isGood)
        } catch {
            #expect(!isGood)
            #expect(
                (error as? OperatorError)?.sentence
                    == "--fault-buffer is '\(text)'; a direction holds from 4K to 1G."
            )
        }
    }

    @Test(arguments: ["-1", "x", "18446744073709551616"]) func `a seed is a number`(text: String) {
        let error = #expect(throws: OperatorError.self) { try settings(seed: text) }
        #expect(error?.sentence.hasPrefix("--seed is '\(text)'; ") == true)
    }

    @Test func `what is no upstream is refused`() {
        let error = #expect(throws: OperatorError.self) { try settings(upstreams: ["a:1", "b"]) }
        #expect(
            error?.sentence
                == "--allow-upstream is 'b'; write an upstream as host:port, or host:* for any port."
        )
    }

    @Test func `a file that cannot be read says so`() {
        let error = #expect(throws: OperatorError.self) { try settings(plan: "none.yaml") }
        #expect(error?.failure == .unreadableInput)
    }
}
