/// What somebody has said about a proxy, and where: messages point there.
public struct SettingSheet: Equatable, Sendable {
    /// One saying.
    public struct Value: Equatable, Sendable {
        /// The words.
        public var text: String
        /// Where they stand: a flag, a variable, or `file:line:column: name`.
        public var origin: String

        /// The words one by one, where a setting may have several.
        public var parts: [String]

        /// Notes a saying; commas separate its parts.
        public init(_ text: String, origin: String) {
            self.text = text
            self.origin = origin
            parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }

        /// Notes a list, whose parts may have commas in them.
        public init(_ parts: [String], origin: String) {
            text = parts.joined(separator: ",")
            self.origin = origin
            self.parts = parts
        }
    }

    /// The variable by which programs are commonly told where secrets of TLS go (RFC 9850).
    static let sharedKeyLog = "SSLKEYLOGFILE"

    private var values: [SettingName: Value] = [:]

    /// Begins with nothing said.
    public init() {}

    /// What was said of a setting; `nil` for nothing.
    public subscript(name: SettingName) -> Value? {
        get { values[name] }
        set { values[name] = newValue }
    }

    /// Flags before environment variables.
    ///
    /// - Parameters:
    ///   - flags: What the command line says.
    ///   - environment: Looks a variable up.
    public init(
        flags: [SettingName: String],
        environment: (String) -> String?
    ) {
        for name in SettingName.allCases {
            if let text = flags[name] {
                values[name] = Value(text, origin: name.flag)
            } else if let text = environment(name.variable) {
                values[name] = Value(text, origin: name.variable)
            } else if name == .keylog, let text = environment(Self.sharedKeyLog) {
                values[name] = Value(text, origin: Self.sharedKeyLog)
            }
        }
    }

    /// This sheet over another that counts where this one says nothing.
    public func over(_ other: SettingSheet) -> SettingSheet {
        var merged = other
        for (name, value) in values { merged.values[name] = value }
        return merged
    }

    /// What counts for a setting that has a default.
    func value(_ name: SettingName) -> Value {
        values[name] ?? Value(name.fallback ?? "", origin: name.flag)
    }
}
