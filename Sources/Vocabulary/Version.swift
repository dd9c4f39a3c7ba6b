/// What this build calls itself.
public enum Version {
    /// The version of the tools.
    public static let number = "0.1.0"
    /// What captures name as their writer.
    public static let library = "wscap \(number)"
}
