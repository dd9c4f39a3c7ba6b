import ArgumentParser
import Console
import Settings

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

    func plan() throws -> ControlPlan? {
        try ControlPlan.read(
            control: control,
            isOpen: controlOpen,
            seed: seed,
            environment: Terminal.environment(_:)
        )
    }
}
