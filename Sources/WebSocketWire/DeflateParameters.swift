/// What client and server agreed on for permessage-deflate (RFC 7692 §7.1).
public struct DeflateParameters: Equatable, Sendable {
    /// Whether the server compresses each message without regard to the ones before it.
    public var serverNoContextTakeover: Bool
    /// Whether the client compresses each message without regard to the ones before it.
    public var clientNoContextTakeover: Bool
    /// The base-2 logarithm of the server's window, 8 to 15.
    public var serverMaxWindowBits: Int
    /// The base-2 logarithm of the client's window, 8 to 15.
    public var clientMaxWindowBits: Int

    /// The name of the extension in `Sec-WebSocket-Extensions`.
    public static let extensionName = "permessage-deflate"

    /// Creates parameters; the defaults are those of RFC 7692 when a parameter is absent.
    public init(
        serverNoContextTakeover: Bool = false,
        clientNoContextTakeover: Bool = false,
        serverMaxWindowBits: Int = 15,
        clientMaxWindowBits: Int = 15
    ) {
        self.serverNoContextTakeover = serverNoContextTakeover
        self.clientNoContextTakeover = clientNoContextTakeover
        self.serverMaxWindowBits = serverMaxWindowBits
        self.clientMaxWindowBits = clientMaxWindowBits
    }

    /// Why a response's parameters cannot be used (RFC 7692 §7.1: the client must then fail the
    /// connection).
    public enum Problem: Error, Equatable, Sendable {
        /// A parameter that the extension does not define.
        case unknownParameter(name: String)
        /// The same parameter twice.
        case repeatedParameter(name: String)
        /// A value where there must be none, none where there must be one, or one out of range.
        case invalidValue(name: String, value: String?)
    }

    /// Reads the parameters of a response.
    ///
    /// - Throws: The first ``Problem``.
    init(_ parameters: [ExtensionAgreement.Parameter]) throws(Problem) {
        self.init()
        var names: Set<String> = []
        for parameter in parameters {
            guard names.insert(parameter.name).inserted else {
                throw .repeatedParameter(name: parameter.name)
            }
            switch parameter.name {
            case "server_no_context_takeover":
                serverNoContextTakeover = try Self.flag(parameter)
            case "client_no_context_takeover":
                clientNoContextTakeover = try Self.flag(parameter)
            case "server_max_window_bits":
                serverMaxWindowBits = try Self.windowBits(parameter)
            case "client_max_window_bits":
                clientMaxWindowBits = try Self.windowBits(parameter)
            default:
                throw .unknownParameter(name: parameter.name)
            }
        }
    }

    private static func flag(_ parameter: ExtensionAgreement.Parameter) throws(Problem) -> Bool {
        guard parameter.value == nil else {
            throw .invalidValue(name: parameter.name, value: parameter.value)
        }
        return true
    }

    /// RFC 7692 §7.1.2: "a decimal integer value without leading zeroes between 8 to 15, inclusive".
    private static func windowBits(
        _ parameter: ExtensionAgreement.Parameter
    ) throws(Problem) -> Int {
        guard let value = parameter.value, !value.hasPrefix("0"), !value.hasPrefix("+"),
            let bits = Int(value), (8...15).contains(bits)
        else {
            throw .invalidValue(name: parameter.name, value: parameter.value)
        }
        return bits
    }
}

extension DeflateParameters.Problem: CustomStringConvertible {
    /// One sentence.
    public var description: String {
        switch self {
        case .unknownParameter(let name):
            "permessage-deflate has no parameter '\(name)'."
        case .repeatedParameter(let name):
            "permessage-deflate's parameter '\(name)' stands twice."
        case .invalidValue(let name, let value?):
            "permessage-deflate's parameter '\(name)' cannot be '\(value)'."
        case .invalidValue(let name, nil):
            "permessage-deflate's parameter '\(name)' needs a value in a response."
        }
    }
}
