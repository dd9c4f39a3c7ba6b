import ArgumentParser
import CaptureStore
import Console
import Settings
import Vocabulary

/// Options of `wsproxy run` about the control port.
struct ControlOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the control port listens: Toxiproxy's API and more, docs/control-api.md; none "
                + "switches it off. [WSCAP_CONTROL; default: 127.0.0.1:8474, if nobody else has it]"
        )
    )
    var control: String?

    @Flag(
        help: ArgumentHelp(
            "Let everybody who can reach the control port use it. Without this, a port that is not on "
                + "loopback wants the token of WSCAP_CONTROL_TOKEN. [WSCAP_CONTROL_OPEN]"
        )
    )
    var controlOpen = false

    @Option(
        help: ArgumentHelp(
            "What all chance of faults follows from: the same seed touches the same connections. "
                + "[WSCAP_SEED; default: chosen at the start, and recorded]"
        )
    )
    var seed: String?

    @Option(
        help: ArgumentHelp(
            "A YAML file with the faults of all proxies, at work before the first client: docs/faults. "
                + "[WSCAP_FAULTS]"
        )
    )
    var faults: String?

    @Option(
        help: ArgumentHelp(
            "Bytes that faults hold a direction of a connection before its sender is not read any more, "
                + "from 4K to 1G. [WSCAP_FAULT_BUFFER; default: 16M]"
        )
    )
    var faultBuffer: String?

    @Option(
        help: ArgumentHelp(
            "An upstream that calls of the control port may ask for, host:port or host:*; give it again "
                + "for more. Those of the configuration are always allowed. [WSCAP_ALLOW_UPSTREAM, "
                + "separated by commas; default: any]",
            valueName: "host:port"
        )
    )
    var allowUpstream: [String] = []

    @Flag(
        help: ArgumentHelp(
            "Do not follow the compression of connections (permessage-deflate with context takeover): "
                + "it saves about 40 KiB a direction, and faults on messages then leave compressed "
                + "messages alone. [WSCAP_NO_COMPRESSED_FAULTS]"
        )
    )
    var noCompressedFaults = false

    func faultSettings() throws -> FaultSettings {
        try FaultSettings(
            seed: seed,
            buffer: faultBuffer,
            upstreams: allowUpstream,
            plan: faults,
            leavesCompressed: noCompressedFaults,
            environment: Terminal.environment(_:),
            read: { try TextFile.read($0) }
        )
    }

    func plan() throws -> ControlPlan? {
        try ControlPlan.read(
            control: control,
            isOpen: controlOpen,
            environment: Terminal.environment(_:)
        )
    }
}
