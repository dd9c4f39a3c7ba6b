import ArgumentParser
import CKernel
import CaptureFormat
import CaptureStore
import Console
import Logging
import RelayCore
import ServiceLifecycle
import Transport
import UnixSignals
import Vocabulary

/// `wsproxy run`: relay and record until told to stop.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Relay and record until SIGTERM or SIGINT (the default command).",
        discussion: """
            Each option can also be given by the environment variable named with it; the option wins.

            Example:
              wsproxy --listen 0.0.0.0:8000 --upstream ws://dashboard-behind:8000 --capture captures/

            SIGTERM and SIGINT stop accepting, send close frames with 1001 between frames, wait up to --grace, seal \
            the capture and exit with 0. After kill -9 nothing that a peer has received is missing from the \
            capture; the next start seals it, or 'wsreplay seal' does.

            LOG_LEVEL sets the level: trace, debug, info (default), notice, warning, error, critical.
            """
    )

    @Option(help: "Where clients connect, address:port. [WSCAP_LISTEN; default: 0.0.0.0:8000]")
    var listen: String?

    @Option(help: "Where they are passed on to; resolved at each dial. [WSCAP_UPSTREAM; required]")
    var upstream: String?

    @Option(
        help: "A folder for captures, or a new .wscap file. [WSCAP_CAPTURE; default: captures/]"
    )
    var capture: String?

    @Option(help: "The proxy's name, part of the capture's topics. [WSCAP_NAME; default: bridge]")
    var name: String?

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

    @Option(
        name: .customLong("redact-json"),
        help: ArgumentHelp(
            "Overwrite the value at this JSON pointer in the record of payloads; give it again for "
                + "more. What is forwarded stays as it is. [WSCAP_REDACT_JSON, separated by commas]",
            discussion: """
                --redact-json /api_key --redact-json /orders/0/pin

                A compressed message, and one that stops being JSON half-way, is overwritten as far as a \
                secret may stand in it.
                """,
            valueName: "pointer"
        )
    )
    var redactJSON: [String] = []

    @Option(help: "Log lines as text or json. [WSCAP_LOG_FORMAT; default: text]")
    var logFormat: String?

    func run() async throws {
        let configuration = try proxyConfiguration()
        let logger = try makeLogger()
        let clock = AnchoredClock()
        let runID = Self.makeRunID()
        let location = EnvironmentTwin.value(
            capture,
            variable: "WSCAP_CAPTURE",
            default: "captures/"
        )
        let path = try CaptureFolder.newFile(at: location, runID: runID, now: clock.now())
        wscap_raise_descriptor_limit()
        try sealEarlierCaptures(in: CaptureFolder.folder(of: location), logger: logger)
        let service = ProxyService(
            configuration: configuration,
            capturePath: path,
            run: RunDescription(
                runID: runID,
                proxy: configuration.name,
                library: Version.library,
                started: clock.now(),
                values: [
                    HeaderField(name: "listen", value: configuration.listen.description),
                    HeaderField(name: "upstream", value: configuration.upstream.description),
                ]
            ),
            logger: logger
        )
        var quiet = Logger(label: "lifecycle")
        quiet.logLevel = .error
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: quiet
            )
        )
        try await group.run()
    }

    private func proxyConfiguration() throws(OperatorError) -> ProxyConfiguration {
        let listenText = EnvironmentTwin.value(
            listen,
            variable: "WSCAP_LISTEN",
            default: "0.0.0.0:8000"
        )
        guard let listenEndpoint = Endpoint(listenText) else {
            throw OperatorError(
                .usage,
                "--listen is '\(listenText)'; write it as address:port, for example 0.0.0.0:8000."
            )
        }
        guard let upstreamText = upstream ?? Terminal.environment("WSCAP_UPSTREAM") else {
            throw OperatorError(
                .usage,
                "No upstream is given; say where clients are passed on to, for example "
                    + "--upstream ws://dashboard-behind:8000."
            )
        }
        let nameText = EnvironmentTwin.value(name, variable: "WSCAP_NAME", default: "bridge")
        guard !nameText.contains("/"), nameText.utf8.count <= 200 else {
            throw OperatorError(
                .usage,
                "--name is '\(nameText)'; it must not contain '/' and is at most 200 bytes long."
            )
        }
        return ProxyConfiguration(
            name: nameText,
            listen: listenEndpoint,
            upstream: try Endpoint(upstream: upstreamText),
            onUpstreamFailure: try EnvironmentTwin.choice(
                EnvironmentTwin.value(
                    onUpstreamFailure,
                    variable: "WSCAP_ON_UPSTREAM_FAILURE",
                    default: "respond"
                ),
                of: RelayConfiguration.UpstreamFailurePolicy.self,
                name: "--on-upstream-failure"
            ),
            keepsSecrets: try EnvironmentTwin.isOn(keepSecrets, variable: "WSCAP_KEEP_SECRETS"),
            redactedPointers: try RedactionOption.pointers(redactJSON),
            handshakeTimeout: try duration(
                handshakeTimeout,
                "WSCAP_HANDSHAKE_TIMEOUT",
                "10s",
                "--handshake-timeout"
            ),
            connectTimeout: try duration(
                connectTimeout,
                "WSCAP_CONNECT_TIMEOUT",
                "5s",
                "--connect-timeout"
            ),
            grace: try duration(grace, "WSCAP_GRACE", "5s", "--grace")
        )
    }

    private func duration(
        _ flag: String?,
        _ variable: String,
        _ fallback: String,
        _ name: String
    ) throws(OperatorError) -> Duration {
        let text = EnvironmentTwin.value(flag, variable: variable, default: fallback)
        return try EnvironmentTwin.duration(text, name: name)
    }

    private func makeLogger() throws(OperatorError) -> Logger {
        let format = try EnvironmentTwin.choice(
            EnvironmentTwin.value(logFormat, variable: "WSCAP_LOG_FORMAT", default: "text"),
            of: LogFormat.self,
            name: "--log-format"
        )
        return try Logger.console(label: "wsproxy", format: format)
    }

    /// Finishes what a killed run has left behind.
    ///
    /// A capture that cannot be sealed is no reason not to record.
    private func sealEarlierCaptures(in folder: String, logger: Logger) throws {
        for path in try CaptureFolder.captures(in: folder) {
            do {
                guard case .sealed(let records, let torn) = try CaptureSealer.seal(path) else {
                    continue
                }
                logger.notice(
                    "sealed an earlier capture",
                    metadata: [
                        "capture": "\(path)", "records": "\(records)", "torn_bytes": "\(torn)",
                    ]
                )
            } catch StoreError.inUse {
                continue
            } catch let error as StoreError {
                logger.warning("left a file unsealed", metadata: ["reason": "\(error.sentence)"])
            }
        }
    }

    private static func makeRunID() -> String {
        let digits = String(UInt32.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
