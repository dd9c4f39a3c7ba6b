import ControlAPI
import ControlServer
import Documents
import Faults
import Logging
import ServiceLifecycle
import Settings
import Telemetry
import Transport
import Vocabulary

/// Wires the control port to the proxies.
struct ControlRoom {
    private let plan: ControlPlan
    private let desk: ControlDesk
    private let fleet: ProxyFleet
    private let logger: Logger
    private let proxyCount: Int
    private let hub: EventHub

    /// Sets the room up.
    ///
    /// - Parameters:
    ///   - plan: Where the port is and who may call.
    ///   - book: What is known of proxies and faults at the start.
    ///   - hub: Where proxies tell what happens.
    ///   - logger: Where it reports.
    ///   - make: Makes a proxy that is asked for later.
    init(
        _ plan: ControlPlan,
        book: ProxyBook,
        hub: EventHub,
        logger: Logger,
        make: @escaping ProxyFleet.Maker
    ) {
        self.plan = plan
        self.logger = logger
        self.hub = hub
        proxyCount = book.proxies.count
        let fleet = ProxyFleet(
            plans: book.proxies.mapValues { book.faults(of: $0.name) },
            base: book.freshPlan,
            logger: logger,
            make: make
        )
        self.fleet = fleet
        desk = ControlDesk(book: book) { await Self.perform($0, fleet: fleet) }
    }

    /// Takes a configured proxy that has begun to listen.
    func join(_ handle: ProxyHandle) async {
        guard let address = await fleet.join(handle) else { return }
        await desk.noteListening(handle.name, at: address)
    }

    /// What runs beside the configured proxies.
    var services: [any Service] {
        let (fleet, proxyCount) = (fleet, proxyCount)
        return [
            fleet,
            ControlService(
                address: plan.address,
                isOptional: !plan.isAskedFor,
                callers: ControlGuard(address: plan.address, token: plan.token),
                desk: desk,
                hub: hub,
                readYAML: YAMLDocument.read,
                logger: logger,
                whenReady: { await fleet.waitForJoined(proxyCount) }
            ),
        ]
    }

    /// Has every proxy take its plan, also when one before it did not answer.
    private static func apply(_ changes: [PlanChange], fleet: ProxyFleet) async throws {
        var failure: (any Error)?
        for change in changes {
            do {
                try await fleet.apply(change.plan, to: change.proxy, changes: change.changes)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// Rotates each proxy's files, whatever becomes of the others.
    private static func rotate(
        _ proxies: [String],
        fleet: ProxyFleet
    ) async -> ControlWork.Result {
        var sealed: [ProxySnapshot] = []
        var failures: [String] = []
        for proxy in proxies {
            do {
                var shot = ProxySnapshot(name: proxy)
                shot.captures = try await fleet.rotate(proxy)
                sealed.append(shot)
            } catch ProxyHandle.Failure.deadline {
                failures.append("\(proxy): the event loops have not answered in time")
            } catch let error as any OperatorFacingError {
                failures.append("\(proxy): \(error.sentence)")
            } catch {
                failures.append("\(proxy): \(error)")
            }
        }
        return .sealed(sealed, failures: failures)
    }

    private static func perform(
        _ work: ControlWork,
        fleet: ProxyFleet
    ) async -> ControlWork.Result {
        do {
            switch work {
            case .start(let proxy, let listen, let upstream, let change):
                return .listening(
                    try await fleet.start(
                        proxy,
                        listen: listen,
                        upstream: upstream,
                        change: change
                    )
                )
            case .stop(let proxy, let change):
                try await fleet.stop(proxy, change: change)
            case .remove(let proxy, let change):
                try await fleet.remove(proxy, change: change)
            case .terminate(let proxies, let id, let how, let source):
                var count = 0
                for proxy in proxies {
                    count += try await fleet.terminate(id, of: proxy, how, source: source)
                }
                return .ended(count)
            case .mark(let proxies, let label, let source):
                for proxy in proxies { try await fleet.mark(label, on: proxy, source: source) }
            case .apply(let changes):
                try await apply(changes, fleet: fleet)
            case .observe(let proxies, let query):
                return .snapshots(await fleet.snapshots(of: proxies, query))
            case .rotate(let proxies):
                return await rotate(proxies, fleet: fleet)
            }
            return .done
        } catch ProxyHandle.Failure.deadline {
            return .timedOut
        } catch ProxyHandle.Failure.bind(let reason, _) {
            return .failed(reason: reason)
        } catch ProxyHandle.Failure.address(let reason) {
            return .failed(reason: reason)
        } catch let error as any OperatorFacingError {
            return .failed(reason: error.sentence)
        } catch {
            return .failed(reason: "\(error)")
        }
    }
}
