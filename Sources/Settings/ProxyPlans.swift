internal import CaptureStore
internal import Transport
public import Vocabulary

/// All proxies of one process.
public enum ProxyPlans {
    /// Checks that proxies can stand side by side.
    ///
    /// - Throws: ``OperatorError`` when two of them want the same address, name or file.
    public static func check(_ plans: [ProxyPlan]) throws(OperatorError) {
        for (index, plan) in plans.enumerated() {
            for earlier in plans[..<index] {
                let name = earlier.proxy.name
                if plan.proxy.listen == earlier.proxy.listen, plan.proxy.listen.port != 0 {
                    throw OperatorError(
                        .usage,
                        "\(plan.listenOrigin) is \(plan.proxy.listen), where '\(name)' listens "
                            + "already; give each proxy a port of its own."
                    )
                }
                if plan.proxy.name == name {
                    throw OperatorError(
                        .usage,
                        "Two proxies are called '\(name)'; give each a name of its own."
                    )
                }
                if plan.recording.capture == earlier.recording.capture,
                    CaptureFolder.namesFile(plan.recording.capture)
                {
                    throw OperatorError(
                        .usage,
                        "Two proxies write \(plan.recording.capture); name a folder, or a file for "
                            + "each."
                    )
                }
            }
        }
    }
}
