/// What a peer keeps of the traffic, in a file.
protocol Recording {
    /// Waits until the recorder has caught up with the traffic; it still runs.
    func settle() throws

    /// Looks at the finished file after so many bytes of frames have passed from the client.
    func recorded(ofFrameBytes sent: Int) throws -> Recorded
}

/// What a finished recording has of a run.
struct Recorded: Encodable {
    /// The size of its files.
    var fileBytes: UInt64
    /// Bytes of frames that passed and are not in it.
    var bytesMissing: Int
    /// Packets that the recorder itself says it dropped; nil when it records no packets.
    var packetsDropped: Int?
}
