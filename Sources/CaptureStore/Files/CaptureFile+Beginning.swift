public import CaptureFormat

/// Ends a scan at the first record.
private struct FirstRecord: Error {}

extension CaptureFile {
    /// What the file says of its run and writer before its first record.
    ///
    /// - Returns: The state that is known then; how the file ends is not.
    /// - Throws: ``StoreError`` when it is no capture or cannot be read.
    public func beginning() throws -> CaptureFileState {
        var reader = CaptureReader()
        do {
            let completion = try scan { item, _, offset, window in
                switch item {
                case .message, .chunk: throw FirstRecord()
                default: _ = reader.read(item, at: offset, in: window)
                }
            }
            reader.end(completion)
        } catch is FirstRecord {
            return reader.state
        }
        return reader.state
    }
}
