internal import Console
public import Vocabulary

/// The control port as it was asked for, checked.
public struct ControlPlan: Equatable, Sendable {
    /// Where it listens.
    public var address: Endpoint
    /// Whether anybody has asked for this very place; if not, the proxy goes on without it where it is
    /// taken.
    public var isAskedFor: Bool
    /// What callers have to know; `nil` for nothing.
    public var token: String?

    /// What counts when nothing is said.
    public static let addressDefault = "127.0.0.1:8474"

    /// Reads what was said.
    ///
    /// - Parameters:
    ///   - control: What `--control` says.
    ///   - isOpen: Whether `--control-open` was given.
    ///   - environment: Looks a variable up.
    /// - Returns: `nil` when no control port is wanted.
    /// - Throws: ``OperatorError``: what is wrong, where it was given, and the way out.
    public static func read(
        control: String?,
        isOpen: Bool,
        environment: (String) -> String?
    ) throws(OperatorError) -> ControlPlan? {
        let asked = control ?? environment("WSCAP_CONTROL")
        let origin = control == nil ? "WSCAP_CONTROL" : "--control"
        let text = asked ?? addressDefault
        guard text != "none" else { return nil }
        guard let address = Endpoint(text) else {
            throw OperatorError(
                .usage,
                "\(origin) is '\(text)'; write it as address:port, for example 127.0.0.1:8474, or "
                    + "'none'."
            )
        }
        let token = environment("WSCAP_CONTROL_TOKEN").flatMap { $0.isEmpty ? nil : $0 }
        let openText = environment("WSCAP_CONTROL_OPEN") ?? "false"
        let isVariableOn = try EnvironmentTwin.isOn(openText, name: "WSCAP_CONTROL_OPEN")
        let isSaidOpen = isOpen || isVariableOn
        guard address.isLoopback || token != nil || isSaidOpen else {
            throw OperatorError(
                .usage,
                "\(origin) is '\(text)', where others can reach the control port; set a token in "
                    + "WSCAP_CONTROL_TOKEN, or say --control-open."
            )
        }
        return ControlPlan(
            address: address,
            isAskedFor: asked != nil,
            token: token
        )
    }
}
