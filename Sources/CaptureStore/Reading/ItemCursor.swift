internal import CaptureFormat
private import SystemPackage

/// Walks the structure of one capture, one item at a time, through a window of it.
///
/// Memory is the window, or one record where that is longer.
final class ItemCursor {
    private let file: CaptureFile
    private var scanner: CaptureScanner
    private var window: [UInt8]
    private var filled = 0
    private var position = 0
    private var fileOffset: UInt64 = 0
    /// How the file ends; `nil` before that is known.
    private(set) var completion: CaptureScanner.Completion?

    /// How many bytes are read at once.
    private static let windowByteCount = 1 << 18

    /// Stands before the first item.
    init(_ file: CaptureFile) {
        self.file = file
        scanner = CaptureScanner(fileByteCount: file.byteCount)
        window = [UInt8](repeating: 0, count: Self.windowByteCount)
    }

    /// Where the cursor stands in the file, in bytes.
    var offset: UInt64 { scanner.offset }

    /// The next item, the range of its record and its offset in the file; `nil` at the end.
    func next() throws(StoreError) -> (CaptureScanner.Item, Range<Int>, UInt64)? {
        while completion == nil {
            switch try step() {
            case .item(let item, let record, let offset):
                return (item, record, offset)
            case .end(let reached):
                completion = reached
            case .skip(let byteCount):
                let inside = Int(min(byteCount, UInt64(filled - position)))
                position += inside
                fileOffset += byteCount - UInt64(inside)
            case .needsMore(let wanted):
                try fill(wanted)
            }
        }
        return nil
    }

    /// Lends what the ranges of the last item index.
    func withBytes<Result>(_ body: (RawSpan) throws -> Result) rethrows -> Result {
        let window = window
        return try scanner.withBytes(of: window.span.bytes.extracting(..<filled), body)
    }

    /// Goes on behind the end of an unfinished file that has grown.
    ///
    /// - Returns: Whether there is more.
    func grow() -> Bool {
        guard scanner.grow(to: file.byteCount) else { return false }
        completion = nil
        return true
    }

    private func step() throws(StoreError) -> CaptureScanner.Step {
        let window = window
        do throws(CaptureScanner.Refusal) {
            return try scanner.next(
                in: window.span.bytes.extracting(..<filled),
                from: &position
            )
        } catch {
            throw .refused(path: file.path, error)
        }
    }

    private func fill(_ wanted: Int) throws(StoreError) {
        window.replaceSubrange(0..<position, with: [])
        filled -= position
        position = 0
        window.append(
            contentsOf: repeatElement(0, count: max(wanted, Self.windowByteCount) - window.count)
        )
        let count = try file.read(at: fileOffset, into: &window, from: filled)
        guard count > 0 else { throw .readFailed(path: file.path, .ioError) }
        filled += count
        fileOffset += UInt64(count)
    }
}
