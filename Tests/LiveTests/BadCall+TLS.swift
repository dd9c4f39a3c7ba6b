import Foundation

extension BadCall {
    /// Flags of TLS that cannot be followed; `CERTS` is a folder of certificates.
    static let toSecuring: [BadCall] = listening + upstream

    private static func pair(_ certificate: String, _ key: String) -> [String] {
        ["--tls-cert", "CERTS/\(certificate)", "--tls-key", "CERTS/\(key)"]
    }

    private static let listening: [BadCall] = [
        .proxy("a certificate alone", ["--tls-cert", "CERTS/server.pem"], 64, names: "--tls-key"),
        .proxy("a key alone", ["--tls-key", "CERTS/server.key"], 64, names: "--tls-cert"),
        .proxy("no certificate", pair("none.pem", "server.key"), 65, names: "none.pem"),
        .proxy("no key", pair("server.pem", "none.key"), 65, names: "none.key"),
        .proxy("a folder for a key", pair("server.pem", ""), 65, names: "CERTS"),
        .proxy("an empty certificate", pair("empty.pem", "server.key"), 64, names: "empty.pem"),
        .proxy("a garbled one", pair("garbage.pem", "server.key"), 64, names: "garbage.pem"),
        .proxy("a garbled key", pair("server.pem", "garbage.key"), 64, names: "garbage.key"),
        .proxy("another key", pair("server.pem", "mismatched.key"), 64, names: "mismatched.key"),
        .proxy("a key of another kind", pair("server.pem", "server-rsa.key"), 64, names: "rsa.key"),
        .proxy("a secret key", pair("server.pem", "encrypted.key"), 64, names: "encrypted.key"),
        .proxy(
            "a key for a certificate",
            pair("server.key", "server.key"),
            64,
            names: "server.key"
        ),
        .proxy(
            "a certificate for a key",
            pair("server.pem", "server.pem"),
            64,
            names: "server.pem"
        ),
        .proxy("a key log without TLS", ["--keylog", "FOLDER/keys"], 64, names: "--keylog"),
        .proxy(
            "a key log that cannot be",
            pair("server.pem", "server.key") + ["--keylog", "FOLDER/missing/keys"],
            69,
            names: "missing/keys"
        ),
    ]

    /// Flags about an upstream that speaks TLS.
    private static func secure(_ flags: [String]) -> [String] {
        ["--upstream", "wss://127.0.0.1:9"] + flags
    }

    private static let upstream: [BadCall] = [
        .proxy(
            "an authority of a plain upstream",
            ["--upstream-ca", "CERTS/ca.pem"],
            64,
            names: "wss://"
        ),
        .proxy("carelessness with a plain one", ["--upstream-insecure"], 64, names: "wss://"),
        .proxy(
            "trust and carelessness",
            secure(["--upstream-ca", "CERTS/ca.pem", "--upstream-insecure"]),
            64,
            names: "--upstream-insecure"
        ),
        .proxy(
            "no authority",
            secure(["--upstream-ca", "CERTS/none.pem"]),
            65,
            names: "none.pem"
        ),
        .proxy(
            "a garbled authority",
            secure(["--upstream-ca", "CERTS/garbage.pem"]),
            64,
            names: "garbage.pem"
        ),
        .proxy(
            "an empty authority",
            secure(["--upstream-ca", "CERTS/empty.pem"]),
            64,
            names: "empty.pem"
        ),
        .proxy(
            "an empty name",
            secure(["--upstream-server-name", ""]),
            64,
            names: "--upstream-server-name"
        ),
        .proxy(
            "a client certificate alone",
            secure(["--upstream-cert", "CERTS/client.pem"]),
            64,
            names: "--upstream-key"
        ),
        .proxy(
            "a client certificate with another key",
            secure([
                "--upstream-cert", "CERTS/client.pem", "--upstream-key", "CERTS/mismatched.key",
            ]),
            64,
            names: "mismatched.key"
        ),
    ]
}
