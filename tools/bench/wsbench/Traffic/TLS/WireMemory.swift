/// Memory for the records of a transfer, kept from run to run.
///
/// It is written to once when it is made: a page that nobody has touched costs a fault, and those
/// would be part of the first run's time.
final class WireMemory {
    let bytes: UnsafeMutableRawBufferPointer

    init(byteCount: Int) {
        bytes = .allocate(byteCount: byteCount, alignment: 4096)
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit {
        bytes.deallocate()
    }
}
