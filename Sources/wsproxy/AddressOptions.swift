import ArgumentParser
import Settings

/// Options of `wsproxy run` about where clients are, when another proxy stands before this one.
struct AddressOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Connections from these networks have to begin with a PROXY header, v1 or v2, and it is "
                + "believed: 10.0.0.0/8,::1, or any. [WSCAP_ACCEPT_PROXY_PROTOCOL; default: from nobody]",
            valueName: "networks"
        )
    )
    var acceptProxyProtocol: String?

    @Option(
        help: ArgumentHelp(
            "Begin connections to the server with a PROXY header: v1 or v2. [WSCAP_SEND_PROXY_PROTOCOL; "
                + "default: none]",
            valueName: "version"
        )
    )
    var sendProxyProtocol: String?

    @Flag(
        help: ArgumentHelp(
            "Tell the server in each request where the client is: a line X-Forwarded-For. "
                + "[WSCAP_FORWARDED_FOR]"
        )
    )
    var forwardedFor = false

    var flags: [SettingName: String] {
        let given: [SettingName: String?] = [
            .acceptProxyProtocol: acceptProxyProtocol, .sendProxyProtocol: sendProxyProtocol,
            .forwardedFor: forwardedFor ? "true" : nil,
        ]
        return given.compactMapValues(\.self)
    }
}
