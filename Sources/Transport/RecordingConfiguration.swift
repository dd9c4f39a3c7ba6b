public import CaptureStore
internal import Vocabulary

/// Where and how a proxy records.
public struct RecordingConfiguration: Sendable {
    /// What becomes of traffic that cannot be recorded.
    public enum FailurePolicy: String, CaseIterable, Sendable {
        /// It goes on, and the capture tells of the gap.
        case pass
        /// Nothing is read until it can be recorded again.
        case block
        /// Connections end, and new ones are refused until it can be recorded again.
        case stop
    }

    /// A folder, or a file that does not exist yet.
    public var capture: String
    /// How files are put on disk.
    public var store: StoreOptions
    /// When a new file begins.
    public var rotation: RotationPolicy
    /// Which finished files are kept.
    public var retention: RetentionPolicy
    /// What becomes of traffic that cannot be recorded.
    public var onFailure: FailurePolicy
    /// How many event loops share the connections; each writes files of its own.
    public var loopCount: Int
    /// How often a line about the recording is logged; zero is never.
    public var statusInterval: Duration

    /// Describes a recording.
    public init(
        capture: String,
        store: StoreOptions = StoreOptions(),
        rotation: RotationPolicy = RotationPolicy(),
        retention: RetentionPolicy = RetentionPolicy(),
        onFailure: FailurePolicy = .pass,
        loopCount: Int = 1,
        statusInterval: Duration = .seconds(60)
    ) {
        self.capture = capture
        self.store = store
        self.rotation = rotation
        self.retention = retention
        self.onFailure = onFailure
        self.loopCount = loopCount
        self.statusInterval = statusInterval
    }
}
