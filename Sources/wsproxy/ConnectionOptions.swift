import ArgumentParser
import Settings

/// Options of `wsproxy run` about connections.
struct ConnectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "When the upstream cannot be reached: respond (502 with the reason) or reset. "
                + "[WSCAP_ON_UPSTREAM_FAILURE; default: respond]"
        )
    )
    var onUpstreamFailure: String?

    @Option(
        help: ArgumentHelp(
            "Time for the first request and for the answer to an upgrade; 0 is for ever. "
                + "[WSCAP_HANDSHAKE_TIMEOUT; default: 10s]"
        )
    )
    var handshakeTimeout: String?

    @Option(help: "Time for a dial of the upstream. [WSCAP_CONNECT_TIMEOUT; default: 5s]")
    var connectTimeout: String?

    @Option(help: "Time for connections to end when the proxy stops. [WSCAP_GRACE; default: 5s]")
    var grace: String?

    @Flag(
        help: ArgumentHelp(
            "Record the values of Authorization, Proxy-Authorization, Cookie and Set-Cookie. "
                + "[WSCAP_KEEP_SECRETS]"
        )
    )
    var keepSecrets = false

    var flags: [SettingName: String] {
        let given: [SettingName: String?] = [
            .onUpstreamFailure: onUpstreamFailure, .handshakeTimeout: handshakeTimeout,
            .connectTimeout: connectTimeout, .grace: grace,
            .keepSecrets: keepSecrets ? "true" : nil,
        ]
        return given.compactMapValues(\.self)
    }
}
