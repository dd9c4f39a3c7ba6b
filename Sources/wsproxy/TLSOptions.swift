import ArgumentParser
import Settings

/// Options of `wsproxy run` about TLS.
struct TLSOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Speak TLS with clients, and show this certificate: PEM, the proxy's own first, then those "
                + "that lead to the authority. [WSCAP_TLS_CERT]",
            valueName: "file"
        )
    )
    var tlsCert: String?

    @Option(
        help: ArgumentHelp(
            "The certificate's private key, PEM. Read again at SIGHUP, as all files of TLS but the key "
                + "log. [WSCAP_TLS_KEY]",
            valueName: "file"
        )
    )
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "Whom to trust when the upstream is wss://: PEM. [WSCAP_UPSTREAM_CA; default: the system's "
                + "authorities]",
            valueName: "file"
        )
    )
    var upstreamCA: String?

    @Option(
        help: ArgumentHelp(
            "The name that the server is asked for (SNI), and that its certificate must be for. "
                + "[WSCAP_UPSTREAM_SERVER_NAME; default: the upstream's host]",
            valueName: "name"
        )
    )
    var upstreamServerName: String?

    @Option(
        help: ArgumentHelp(
            "What to show a server that asks for a certificate: PEM. [WSCAP_UPSTREAM_CERT]",
            valueName: "file"
        )
    )
    var upstreamCert: String?

    @Option(
        help: ArgumentHelp(
            "That certificate's private key, PEM. [WSCAP_UPSTREAM_KEY]",
            valueName: "file"
        )
    )
    var upstreamKey: String?

    @Flag(
        help: ArgumentHelp(
            "Do not verify the server's certificate: whoever stands between can read and change "
                + "everything. [WSCAP_UPSTREAM_INSECURE]"
        )
    )
    var upstreamInsecure = false

    @Option(
        help: ArgumentHelp(
            "Append the secrets of TLS sessions to this file, for Wireshark: whoever has it can read "
                + "what was encrypted. [WSCAP_KEYLOG, SSLKEYLOGFILE]",
            valueName: "file"
        )
    )
    var keylog: String?

    var flags: [SettingName: String] {
        let given: [SettingName: String?] = [
            .tlsCert: tlsCert, .tlsKey: tlsKey, .upstreamCA: upstreamCA,
            .upstreamServerName: upstreamServerName, .upstreamCert: upstreamCert,
            .upstreamKey: upstreamKey, .upstreamInsecure: upstreamInsecure ? "true" : nil,
            .keylog: keylog,
        ]
        return given.compactMapValues(\.self)
    }
}
