import ArgumentParser
import Console
import ControlClient
import Settings
import Vocabulary

/// Options of every subcommand that calls a running proxy.
struct ControlTarget: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the control port of the running wsproxy is, address:port. Its token is read from "
                + "WSCAP_CONTROL_TOKEN. [WSCAP_CONTROL; default: 127.0.0.1:8474]",
            valueName: "address:port"
        )
    )
    var control: String?

    /// Who is called.
    ///
    /// - Parameter deadline: How long a call may take.
    /// - Returns: The client.
    /// - Throws: ``OperatorError`` when the place is none.
    func client(
        deadline: Duration = ControlClient.deadlineDefault
    ) throws(OperatorError) -> ControlClient {
        ControlClient(
            address: try address(),
            token: Terminal.environment("WSCAP_CONTROL_TOKEN"),
            deadline: deadline
        )
    }

    private func address() throws(OperatorError) -> Endpoint {
        let origin = control == nil ? "WSCAP_CONTROL" : "--control"
        let text =
            control ?? Terminal.environment("WSCAP_CONTROL") ?? ControlPlan.addressDefault
        guard var endpoint = Endpoint(text), endpoint.port != 0 else {
            throw OperatorError(
                .usage,
                "\(origin) is '\(text)'; name the control port of a running wsproxy as address:port, for "
                    + "example \(ControlPlan.addressDefault)."
            )
        }
        // Where the port listens on every address, this machine reaches it on loopback.
        if endpoint.host == "0.0.0.0" { endpoint.host = "127.0.0.1" }
        if endpoint.host == "::" { endpoint.host = "::1" }
        return endpoint
    }
}
