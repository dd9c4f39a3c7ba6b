public import Vocabulary

/// Which run a file belongs to; stands in its `wscap.run` Metadata record.
public struct RunDescription: Equatable, Sendable {
    /// The version of the format that this build writes.
    public static let formatVersion = "1"
    /// The Metadata record's name.
    static let metadataName = "wscap.run"

    /// A name that all files of one run share.
    public var runID: String
    /// The number of the file within the run, from 1.
    public var ordinal: UInt64
    /// The proxy's name, part of every topic.
    public var proxy: String
    /// The program that writes, with its version.
    public var library: String
    /// When the run began.
    public var started: Instant
    /// Further facts by name, such as listener and upstream.
    public var values: [HeaderField]

    /// Describes a run.
    public init(
        runID: String,
        ordinal: UInt64 = 1,
        proxy: String,
        library: String,
        started: Instant,
        values: [HeaderField] = []
    ) {
        self.runID = runID
        self.ordinal = ordinal
        self.proxy = proxy
        self.library = library
        self.started = started
        self.values = values
    }

    /// What the file's Metadata says, field by field.
    public var fields: [HeaderField] {
        metadata.map { HeaderField(name: $0.0, value: $0.1) }
    }

    var metadata: [(String, String)] {
        [
            ("format", Self.formatVersion),
            ("run", runID),
            ("ordinal", String(ordinal)),
            ("proxy", proxy),
            ("started", started.rfc3339(fractionDigits: 9)),
        ] + values.map { ($0.name, $0.value) }
    }
}
