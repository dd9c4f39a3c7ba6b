internal import Console
internal import ProxyProtocol
internal import Transport
internal import Vocabulary

extension AddressForwarding {
    /// How servers are told, by name.
    private enum HeaderChoice: String, CaseIterable {
        case v1
        case v2

        var version: ProxyHeader.Version { self == .v1 ? .one : .two }
    }

    /// Reads what a sheet says of addresses.
    ///
    /// - Throws: ``OperatorError`` for networks or a version that mean nothing.
    init(_ sheet: SettingSheet) throws(OperatorError) {
        self.init(
            believed: try sheet[.acceptProxyProtocol].map(Self.networks),
            header: try sheet[.sendProxyProtocol].map { value throws(OperatorError) in
                let choice: HeaderChoice = try EnvironmentTwin.choice(
                    value.text,
                    of: HeaderChoice.self,
                    name: value.origin
                )
                return choice.version
            },
            addsForwardedFor: try ProxyPlan.isOn(sheet, .forwardedFor)
        )
    }

    private static func networks(
        _ value: SettingSheet.Value
    ) throws(OperatorError) -> TrustedSources {
        do throws(TrustedSources.Failure) {
            return try TrustedSources(value.text)
        } catch {
            throw OperatorError(.usage, "\(value.origin) is '\(value.text)'; \(error).")
        }
    }
}
