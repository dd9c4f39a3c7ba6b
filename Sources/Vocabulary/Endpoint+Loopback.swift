extension Endpoint {
    /// Whether only this machine can reach the host: `localhost`, `::1`, or an address of 127.0.0.0/8.
    ///
    /// A name that merely begins like such an address, as `127.0.0.1.evil.example` does, is no loopback:
    /// whoever owns its domain says where it leads.
    public var isLoopback: Bool {
        let name = host.lowercased()
        if name == "localhost" || name == "::1" { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy(Self.isOctet)
    }

    private static func isOctet(_ text: Substring) -> Bool {
        (1...3).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
            && UInt8(text) != nil
    }
}
