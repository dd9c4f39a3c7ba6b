public import Vocabulary

/// Whose PROXY headers are believed: those of some networks, or anybody's.
///
/// §2: the receiver should see to it that only trusted proxies use the protocol, because who sends a header says
/// who it is.
public enum TrustedSources: Equatable, Sendable {
    /// Everybody who can reach the port.
    case any
    /// These networks.
    case networks([AddressRange])

    /// What is wrong with a list of networks.
    public enum Failure: Error, Equatable, Sendable {
        /// There is nothing between two commas, or nothing at all.
        case empty
        /// `any` stands beside networks.
        case anyAndNetworks
        /// There are more than ``TrustedSources/countMax``.
        case tooMany(got: Int)
        /// One of them is no network.
        case network(String, AddressRange.Failure)
    }

    /// How many networks there may be.
    public static let countMax = 256

    /// Reads `any`, or networks with commas between: `10.0.0.0/8,::1`.
    ///
    /// - Throws: ``Failure``.
    public init(_ text: String) throws(Failure) {
        let words = text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        guard !words.contains("") else { throw .empty }
        guard !words.contains("any") else {
            guard words.count == 1 else { throw .anyAndNetworks }
            self = .any
            return
        }
        guard words.count <= Self.countMax else { throw .tooMany(got: words.count) }
        var networks: [AddressRange] = []
        for word in words {
            do throws(AddressRange.Failure) {
                networks.append(try AddressRange(word))
            } catch {
                throw .network(word, error)
            }
        }
        self = .networks(networks)
    }

    /// Whether a peer's header is believed.
    public func contains(_ address: IPAddress) -> Bool {
        switch self {
        case .any: true
        case .networks(let networks): networks.contains { $0.contains(address) }
        }
    }

    /// Whether a peer's header is believed whose address is given as text; what is no address lies in no
    /// network.
    public func contains(_ host: String) -> Bool {
        if self == .any { return true }
        return IPAddress(host).map { contains($0) } ?? false
    }
}

extension TrustedSources: CustomStringConvertible {
    /// As it is written: `any`, `10.0.0.0/8,::1`.
    public var description: String {
        switch self {
        case .any: "any"
        case .networks(let networks): networks.map(\.description).joined(separator: ",")
        }
    }
}

extension TrustedSources.Failure: CustomStringConvertible {
    /// What the list must look like, as the end of a sentence.
    public var description: String {
        switch self {
        case .empty: "write 'any', or networks with commas between, for example 10.0.0.0/8,::1"
        case .anyAndNetworks: "'any' is everybody, so it stands alone"
        case .tooMany(let got):
            "it names \(got) networks, and \(TrustedSources.countMax) are the most; join some"
        case .network(let word, let failure): "'\(word)': \(failure)"
        }
    }
}
