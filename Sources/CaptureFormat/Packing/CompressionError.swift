/// Why a compressed run of bytes cannot be unpacked, or a plain one not be packed.
enum CompressionError: Error, Equatable {
    /// The library has no memory for its state.
    case cannotStart
    /// The library says what is wrong with the data.
    case corrupt(String)
    /// The library neither takes nor gives bytes, though it could do both.
    case stuck
    /// More comes out than the head of the chunk promises.
    case tooLong(declaredByteCount: UInt64)
    /// The data ends in the middle of a frame.
    case endsEarly
    /// Less comes out than the head of the chunk promises.
    case tooShort(byteCount: UInt64, declaredByteCount: UInt64)
}

extension CompressionError: CustomStringConvertible {
    /// A few words that fit into brackets.
    var description: String {
        switch self {
        case .cannotStart: "no memory for the decompressor"
        case .corrupt(let detail): detail
        case .stuck: "the decompressor does not get on"
        case .tooLong(let declared): "more comes out than the \(declared) bytes that its head names"
        case .endsEarly: "the compressed data ends early"
        case .tooShort(let count, let declared):
            "\(count) bytes come out where its head names \(declared)"
        }
    }
}
