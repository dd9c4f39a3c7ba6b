internal import Console
internal import Transport
internal import Vocabulary

extension LegSecurity {
    private static let upstreamNames: [SettingName] = [
        .upstreamCA, .upstreamServerName, .upstreamCert, .upstreamKey,
    ]

    /// Reads what a sheet says of TLS.
    ///
    /// - Parameters:
    ///   - sheet: The sheet.
    ///   - isUpstreamSecure: Whether the upstream was given as `wss://`.
    /// - Throws: ``OperatorError`` when a half is missing, or nothing comes of it.
    init(_ sheet: SettingSheet, isUpstreamSecure: Bool) throws(OperatorError) {
        let isInsecure = try ProxyPlan.isOn(sheet, .upstreamInsecure)
        self.init(
            downstream: try Self.identity(sheet, .tlsCert, .tlsKey),
            upstream: isUpstreamSecure
                ? try Self.upstream(sheet, isVerified: !isInsecure) : nil
        )
        if !isUpstreamSecure {
            let given = Self.upstreamNames.first { sheet[$0] != nil }
            if let name = given ?? (isInsecure ? .upstreamInsecure : nil) {
                throw OperatorError(
                    .usage,
                    "\(sheet.value(name).origin) is about TLS, and the upstream is spoken to without "
                        + "it; write the upstream as wss://host:port."
                )
            }
        }
        keyLog = try Self.keyLog(sheet, isNeeded: downstream != nil || upstream != nil)
    }

    private static func upstream(
        _ sheet: SettingSheet,
        isVerified: Bool
    ) throws(OperatorError) -> UpstreamSecurity {
        if let authorities = sheet[.upstreamCA], !isVerified {
            throw OperatorError(
                .usage,
                "\(authorities.origin) says whom to trust, and --upstream-insecure trusts anybody; "
                    + "give one of them."
            )
        }
        if let name = sheet[.upstreamServerName], !isHost(name.text) {
            throw OperatorError(
                .usage,
                "\(name.origin) is '\(name.text)'; give the name that stands in the server's "
                    + "certificate, for example dashboard.example."
            )
        }
        return UpstreamSecurity(
            authorities: sheet[.upstreamCA]?.text,
            serverName: sheet[.upstreamServerName]?.text,
            identity: try identity(sheet, .upstreamCert, .upstreamKey),
            isVerified: isVerified
        )
    }

    /// What TLS can ask for: a name without anything that no name has, or an address.
    private static func isHost(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 253
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
    }

    private static func identity(
        _ sheet: SettingSheet,
        _ certificate: SettingName,
        _ key: SettingName
    ) throws(OperatorError) -> ListenerSecurity? {
        switch (sheet[certificate], sheet[key]) {
        case (nil, nil): return nil
        case (let certificate?, let key?):
            return ListenerSecurity(certificate: certificate.text, key: key.text)
        case (let given?, nil):
            throw OperatorError(
                .usage,
                "\(given.origin) names a certificate, and its key is missing; give \(key.flag), too."
            )
        case (nil, let given?):
            throw OperatorError(
                .usage,
                "\(given.origin) names a key, and its certificate is missing; give "
                    + "\(certificate.flag), too."
            )
        }
    }

    private static func keyLog(
        _ sheet: SettingSheet,
        isNeeded: Bool
    ) throws(OperatorError) -> String? {
        guard let keyLog = sheet[.keylog], !keyLog.text.isEmpty else { return nil }
        if isNeeded { return keyLog.text }
        // The variable that all programs share is for those of them that speak TLS.
        guard keyLog.origin != SettingSheet.sharedKeyLog else { return nil }
        throw OperatorError(
            .usage,
            "\(keyLog.origin) asks for the secrets of TLS, and neither leg speaks it; give --tls-cert "
                + "and --tls-key, or an upstream that begins with wss://."
        )
    }
}
