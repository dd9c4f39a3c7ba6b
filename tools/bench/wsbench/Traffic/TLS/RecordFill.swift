import ArgumentParser

/// How the load fills its TLS records.
enum RecordFill: String, ExpressibleByArgument, CaseIterable, Encodable {
    /// As full as they may be: a client that writes much at once.
    case full
    /// One frame in each (more records when it does not fit into one): a client that sends frame
    /// by frame, as most libraries do.
    case frame

    /// The most frames of one run: with a record for each a proxy is several times slower.
    var framesMax: Int {
        switch self {
        case .full: .max
        case .frame: 1_000_000
        }
    }

    /// What is handed to OpenSSL at once, in bytes.
    func bytesPerWrite(of block: FrameBlock) -> Int {
        switch self {
        case .full: block.bytes.count
        case .frame: block.frameBytes
        }
    }
}
