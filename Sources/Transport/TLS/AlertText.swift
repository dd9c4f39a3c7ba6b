/// Alerts of TLS in words (RFC 8446 §6).
enum AlertText {
    private static let names: [UInt8: String] = [
        10: "unexpected message", 20: "bad record mac", 40: "handshake failure",
        42: "bad certificate", 43: "unsupported certificate", 44: "certificate revoked",
        45: "certificate expired", 46: "certificate unknown", 47: "illegal parameter",
        48: "unknown ca", 49: "access denied", 50: "decode error", 51: "decrypt error",
        70: "protocol version", 71: "insufficient security", 80: "internal error",
        86: "inappropriate fallback", 90: "user canceled", 109: "missing extension",
        112: "unrecognized name", 116: "certificate required", 120: "no application protocol",
    ]

    /// What an alert is called.
    static func words(_ description: UInt8) -> String {
        names[description] ?? "alert \(description)"
    }
}
