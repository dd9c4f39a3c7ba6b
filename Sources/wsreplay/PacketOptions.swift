import ArgumentParser
import Dissection
import Vocabulary

/// How packet files are read.
struct PacketOptions: ParsableArguments {
    @Option(
        name: .customLong("assume-websocket"),
        help: ArgumentHelp(
            "In packet files: what this server speaks is WebSocket, whatever it looks like; :8000 "
                + "is any host with this port. Repeatable.",
            valueName: "host:port"
        )
    )
    var assumedServers: [String] = []

    /// Reads the words.
    func dissection(keepsSecrets: Bool = false) throws(OperatorError) -> DissectionOptions {
        var options = DissectionOptions(keepsSecrets: keepsSecrets)
        for text in assumedServers {
            guard let endpoint = Endpoint(text), let port = UInt16(exactly: endpoint.port),
                port > 0
            else {
                throw OperatorError(
                    .usage,
                    "--assume-websocket is '\(text)'; write it as address:port, for example "
                        + "10.0.0.7:8000, [::1]:8000 or :8000."
                )
            }
            let isAny = text.hasPrefix(":")
            options.assumedServers.append(
                DissectionOptions.Server(host: isAny ? nil : endpoint.host, port: port)
            )
        }
        return options
    }
}
