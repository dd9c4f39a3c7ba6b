/// A fact about the recording itself: effective configuration, versions, clock steps.
public struct NoticeRecord: Equatable, Sendable {
    /// What the notice is about: `configuration`, `clock`, `early-bytes`, `tls`.
    public var topic: String
    /// One sentence.
    public var text: String
    /// Further values by name.
    public var values: [HeaderField]

    /// The topic of what was noticed about TLS.
    public static let tlsTopic = "tls"

    /// Creates a notice.
    public init(topic: String, text: String, values: [HeaderField] = []) {
        self.topic = topic
        self.text = text
        self.values = values
    }
}
