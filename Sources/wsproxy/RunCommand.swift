import ArgumentParser
import CKernel
import CaptureFormat
import CaptureStore
import Console
import Faults
import Logging
import ServiceLifecycle
import Settings
import Telemetry
import Transport
import UnixSignals
import Vocabulary

/// `wsproxy run`: relay and record until told to stop.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Relay and record until SIGTERM or SIGINT (the default command).",
        discussion: """
            Each option can also be given by the environment variable named with it; the option wins. \
            --config describes several proxies for one process; what it says of a proxy wins over both.

            Example:
              wsproxy --listen 0.0.0.0:8000 --upstream ws://dashboard-behind:8000 --capture captures/

            SIGTERM and SIGINT stop accepting, send close frames with 1001 between frames, wait up to --grace, seal \
            the capture and exit with 0. After kill -9 nothing that a peer has received is missing from the \
            capture; the next start seals it, or 'wsreplay seal' does.

            Weeks unattended:
              wsproxy --upstream ws://dashboard-behind:8000 --rotate-size 256M --keep 20G,30d

            TLS on both legs; SIGHUP reads the files again:
              wsproxy --listen 0.0.0.0:8443 --tls-cert proxy.pem --tls-key proxy.key \\
                --upstream wss://dashboard-behind:8443 --upstream-ca ca.pem

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
            "A YAML file with 'proxies:', a list of these options without their dashes, and "
                + "'defaults:' for all of them. [WSCAP_CONFIG]"
        )
    )
    var config: String?

    @OptionGroup(title: "Files") var files: FileOptions

    @OptionGroup(title: "Connections") var connections: ConnectionOptions

    @OptionGroup(title: "TLS") var tls: TLSOptions

    @OptionGroup(title: "Addresses") var addresses: AddressOptions

    @OptionGroup(title: "Faults") var control: ControlOptions

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
        let logger = try makeLogger()
        var plans = try makePlans()
        try ProxyPlans.check(plans)
        let book = try FaultBook.open(control.faultSettings(), for: &plans)
        let controlPlan = try control.plan()
        wscap_raise_descriptor_limit()
        let clock = AnchoredClock()
        let started = clock.now()
        for folder in Set(plans.map { CaptureFolder.target(of: $0.recording.capture) }) {
            try CaptureFolder.expectFolder(folder)
            try EarlierCaptures.seal(in: folder, logger: logger)
        }
        let hub = EventHub()
        for index in plans.indices {
            plans[index].proxy.hub = hub
            plans[index].proxy.hasFaults =
                controlPlan != nil || !plans[index].proxy.faults.toxics.isEmpty
        }
        let first = plans[0]
        let room = controlPlan.map { wanted in
            ControlRoom(
                wanted,
                book: book,
                hub: hub,
                logger: logger,
                make: Self.maker(like: first, clock: clock, logger: logger)
            )
        }
        // Without TLS there is nothing to read again, and SIGHUP means what it always does.
        let isSecure = plans.contains { $0.proxy.security != LegSecurity() }
        let reloading = isSecure ? ReloadService(logger: logger) : nil
        let proxies = plans.map { plan in
            Self.service(
                plan,
                clock: clock,
                started: started,
                logger: named(logger, plan, of: plans.count)
            ) { handle in
                reloading?.join(handle)
                await room?.join(handle)
            }
        }
        try await run(proxies, (room?.services ?? []) + [reloading].compactMap(\.self))
    }

    private static func service(
        _ plan: ProxyPlan,
        clock: AnchoredClock,
        started: Instant,
        logger: Logger,
        onRunning: @escaping @Sendable (ProxyHandle) async -> Void
    ) -> ProxyService {
        ProxyService(
            configuration: plan.proxy,
            recording: plan.recording,
            run: RunDescription(
                runID: makeRunID(),
                proxy: plan.proxy.name,
                library: Version.library,
                started: started,
                values: [
                    HeaderField(name: "listen", value: plan.proxy.listen.description),
                    HeaderField(name: "upstream", value: plan.proxy.upstream.description),
                ]
            ),
            clock: clock,
            logger: logger,
            onRunning: onRunning
        )
    }

    /// Proxies that are asked for over the control port are like the first one of the configuration.
    private static func maker(
        like plan: ProxyPlan,
        clock: AnchoredClock,
        logger: Logger
    ) -> ProxyFleet.Maker {
        { name, listen, upstream, onRunning in
            var plan = plan
            plan.proxy.faults.toxics = []
            plan.proxy.faultChanges = []
            guard !CaptureFolder.namesFile(plan.recording.capture) else {
                throw OperatorError(
                    .usage,
                    "the capture is the file \(plan.recording.capture), which is \(plan.proxy.name)'s; "
                        + "start wsproxy with a folder for captures"
                )
            }
            plan.proxy.name = name
            plan.proxy.listen = listen
            plan.proxy.upstream = upstream
            // Callers say host and port, and mean what a client of Toxiproxy means.
            plan.proxy.security = LegSecurity()
            plan.proxy.addresses = AddressForwarding()
            var logger = logger
            logger[metadataKey: "proxy"] = "\(name)"
            return service(
                plan,
                clock: clock,
                started: clock.now(),
                logger: logger,
                onRunning: { onRunning($0) }
            )
        }
    }

    private func run(_ proxies: [ProxyService], _ others: [any Service]) async throws {
        var quiet = Logger(label: "lifecycle")
        quiet.logLevel = .error
        // A proxy that is removed over the control port ends alone.
        let ending: ServiceGroupConfiguration.ServiceConfiguration.TerminationBehavior =
            others.isEmpty ? .gracefullyShutdownGroup : .ignore
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: proxies.map { .init(service: $0, successTerminationBehavior: ending) }
                    + others.map { .init(service: $0, successTerminationBehavior: .ignore) },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: quiet
            )
        )
        try await group.run()
    }

    /// With several proxies, each line says whose it is.
    private func named(_ logger: Logger, _ plan: ProxyPlan, of count: Int) -> Logger {
        guard count > 1 else { return logger }
        var logger = logger
        logger[metadataKey: "proxy"] = "\(plan.proxy.name)"
        return logger
    }

    private func makePlans() throws -> [ProxyPlan] {
        var flags = files.flags.merging(connections.flags) { first, _ in first }
        flags.merge(tls.flags) { first, _ in first }
        flags.merge(addresses.flags) { first, _ in first }
        flags[.listen] = listen
        flags[.upstream] = upstream
        flags[.capture] = capture
        flags[.name] = name
        var sheet = SettingSheet(flags: flags, environment: Terminal.environment)
        if !redactJSON.isEmpty {
            sheet[.redactJSON] = SettingSheet.Value(
                redactJSON,
                origin: SettingName.redactJSON.flag
            )
        }
        guard let config = config ?? Terminal.environment("WSCAP_CONFIG") else {
            return [try ProxyPlan(sheet)]
        }
        let text = try TextFile.read(config)
        return try SettingsFile.sheets(in: text, path: config).map { try ProxyPlan($0.over(sheet)) }
    }

    private func makeLogger() throws(OperatorError) -> Logger {
        let format = try EnvironmentTwin.choice(
            EnvironmentTwin.value(logFormat, variable: "WSCAP_LOG_FORMAT", default: "text"),
            of: LogFormat.self,
            name: "--log-format"
        )
        return try Logger.console(label: "wsproxy", format: format)
    }

    private static func makeRunID() -> String {
        let digits = String(UInt32.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
