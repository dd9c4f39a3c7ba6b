internal import Console
public import ControlAPI
public import Documents
internal import Vocabulary

/// What was said of faults for a whole process, checked.
public struct FaultSettings: Sendable {
    /// What all chance of faults follows from; `nil` lets the proxy choose.
    public var seed: UInt64?
    /// What calls and plans may ask for.
    public var rules: ControlRules
    /// The plan of the start, with its path; `nil` for none.
    public var plan: (path: String, document: Document)?

    /// Bytes that a direction of a connection may be told to hold, at least and at most.
    static let bufferRange: ClosedRange<UInt64> = 4096...(1 << 30)

    /// Reads what was said.
    ///
    /// - Parameters:
    ///   - seed: What `--seed` says.
    ///   - buffer: What `--fault-buffer` says.
    ///   - upstreams: What `--allow-upstream` says, each time that it was given.
    ///   - plan: What `--faults` says.
    ///   - leavesCompressed: Whether `--no-compressed-faults` was given.
    ///   - environment: Looks a variable up.
    ///   - read: Reads a file.
    /// - Throws: ``OperatorError``: what is wrong, where it was given, and the way out; or what `read`
    ///   throws.
    public init(
        seed: String?,
        buffer: String?,
        upstreams: [String],
        plan: String?,
        leavesCompressed: Bool = false,
        environment: (String) -> String?,
        read: (String) throws -> String
    ) throws {
        self.seed = try Self.seed(seed, environment("WSCAP_SEED"))
        rules = ControlRules()
        if let text = buffer ?? environment("WSCAP_FAULT_BUFFER") {
            let origin = buffer == nil ? "WSCAP_FAULT_BUFFER" : "--fault-buffer"
            rules.heldByteCountMax = try Self.byteCount(.init(text, origin: origin))
        }
        let leaves = environment("WSCAP_NO_COMPRESSED_FAULTS") ?? "false"
        let isVariableOn = try EnvironmentTwin.isOn(leaves, name: "WSCAP_NO_COMPRESSED_FAULTS")
        rules.touchesCompressed = !leavesCompressed && !isVariableOn
        let variable = environment("WSCAP_ALLOW_UPSTREAM")
        if !upstreams.isEmpty {
            rules.upstreams = try Self.patterns(upstreams, origin: "--allow-upstream")
        } else if let variable, !variable.isEmpty {
            rules.upstreams = try Self.patterns(
                variable.split(separator: ",").map(String.init),
                origin: "WSCAP_ALLOW_UPSTREAM"
            )
        }
        if let path = plan ?? environment("WSCAP_FAULTS"), !path.isEmpty {
            let text = try read(path)
            do throws(DocumentError) {
                self.plan = (path, try YAMLDocument.read(text))
            } catch {
                throw error.sentence(in: path)
            }
        }
    }

    private static func byteCount(_ value: SettingSheet.Value) throws(OperatorError) -> Int {
        let count = try ByteCountText.read(value)
        guard bufferRange.contains(count), let count = Int(exactly: count) else {
            throw OperatorError(
                .usage,
                "\(value.origin) is '\(value.text)'; a direction holds from 4K to 1G."
            )
        }
        return count
    }

    private static func patterns(
        _ texts: [String],
        origin: String
    ) throws(OperatorError) -> [UpstreamPattern] {
        var patterns: [UpstreamPattern] = []
        for text in texts {
            guard let pattern = UpstreamPattern(text) else {
                throw OperatorError(
                    .usage,
                    "\(origin) is '\(text)'; write an upstream as host:port, or host:* for any port."
                )
            }
            patterns.append(pattern)
        }
        return patterns
    }

    private static func seed(
        _ flag: String?,
        _ variable: String?
    ) throws(OperatorError) -> UInt64? {
        guard let text = flag ?? variable else { return nil }
        guard let seed = UInt64(text) else {
            throw OperatorError(
                .usage,
                "\(flag == nil ? "WSCAP_SEED" : "--seed") is '\(text)'; write a number from 0 to "
                    + "18446744073709551615."
            )
        }
        return seed
    }
}
