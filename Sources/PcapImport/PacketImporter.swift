public import CaptureFormat
internal import CaptureStore
public import Dissection

/// Writes a packet file as a capture.
public enum PacketImporter {
    /// What became of it.
    public struct Outcome: Sendable {
        /// The new file.
        public var path: String
        /// How long it is, in bytes.
        public var byteCount: UInt64
        /// What was read.
        public var figures: PacketReader.Figures
        /// What is to be said of the packet file.
        public var state: CaptureFileState
    }

    /// Reads all packets into a new capture.
    ///
    /// The file appears under its name when it is complete; it never replaces another.
    ///
    /// - Parameters:
    ///   - file: The packets.
    ///   - output: The new file.
    ///   - options: How to read.
    ///   - progress: Hears now and then how many bytes of the packet file have been read.
    /// - Returns: Counts and sizes.
    /// - Throws: ``PacketFileError``, or `CompactError` for what cannot be written.
    public static func write(
        _ file: PacketFile,
        to output: String,
        options: DissectionOptions = DissectionOptions(),
        progress: (UInt64) -> Void = { _ in }
    ) throws -> Outcome {
        let reader = try PacketReader(file, options: options)
        let target = try NewFile(output)
        var byteCount: UInt64 = 0
        let state = try reader.run(progress: progress) { encoder, isLast in
            if encoder.hasPending {
                let offset = encoder.endOffset
                try encoder.withPending { bytes throws(CompactError) in
                    try target.write(bytes, at: offset)
                }
                try apply(encoder.committed(), to: target)
            }
            guard isLast else { return }
            let end = encoder.endOffset
            let ending = encoder.finish()
            try apply(ending.patch, to: target)
            try target.write(ending.tail.span.bytes, at: end)
            byteCount = end + UInt64(ending.tail.count)
        }
        try target.publish()
        return Outcome(path: output, byteCount: byteCount, figures: reader.figures, state: state)
    }

    private static func apply(
        _ patch: CaptureEncoder.Patch?,
        to target: NewFile
    ) throws(CompactError) {
        guard let patch else { return }
        try target.write(patch.bytes.span.bytes, at: patch.offset)
    }
}
