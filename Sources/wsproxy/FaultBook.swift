import ControlAPI
import Documents
import Settings
import Transport
import Vocabulary

/// Opens the book of faults, before anything listens.
enum FaultBook {
    /// Opens it with the proxies of the configuration, and gives each of them the faults of the start.
    ///
    /// - Throws: ``OperatorError`` when the plan of `--faults` is wrong.
    static func open(
        _ settings: FaultSettings,
        for plans: inout [ProxyPlan]
    ) throws(OperatorError) -> ProxyBook {
        var book = ProxyBook(
            proxies: plans.map {
                ControlledProxy(
                    name: $0.proxy.name,
                    listen: $0.proxy.listen.description,
                    upstream: $0.proxy.upstream.description,
                    securesUpstream: $0.proxy.security.upstream != nil,
                    isEnabled: false
                )
            },
            seed: settings.seed ?? .random(in: .min ... .max),
            rules: settings.rules
        )
        var changes: [PlanChange] = []
        if let (path, document) = settings.plan {
            do throws(DocumentError) {
                changes = try book.adopt(document, source: "--faults \(path)")
            } catch {
                throw error.sentence(in: path)
            }
        }
        for index in plans.indices {
            let name = plans[index].proxy.name
            plans[index].proxy.faults = book.faults(of: name)
            plans[index].proxy.faultChanges =
                changes.first { $0.proxy == name }?.changes ?? []
        }
        return book
    }
}
