private import CKernel
private import SystemPackage

/// Takes the blocks of a growing file before they are needed, so that what was promised to fit does.
///
/// A volume that fills up is noticed here, before a byte is written: appends fail as a whole, and what
/// closes a gap or seals the file still has its place.
struct Preallocation {
    private let minimumFree: UInt64?
    private let stepByteCount: UInt64
    /// Blocks are there for everything before this offset.
    private(set) var end: UInt64 = 0
    /// The file system can do it.
    private var isSupported = true

    private static let blockByteCount: UInt64 = 4096

    init(_ options: StoreOptions) {
        minimumFree = options.minimumFree
        stepByteCount = options.stepByteCount
    }

    /// Makes sure that the file can grow to `needed` bytes.
    ///
    /// - Throws: ``StoreError/volumeFull(path:free:)`` when that would leave too little on the volume,
    ///   ``StoreError/writeFailed(path:_:)`` when the kernel refuses.
    @inline(__always)
    mutating func ensure(through needed: UInt64, of file: FileWriter) throws(StoreError) {
        if needed > end { try grow(through: needed, of: file) }
    }

    /// Notes that the file was cut, which gives its further blocks back.
    mutating func noteTruncation(to byteCount: UInt64) {
        end = min(end, byteCount)
    }

    private mutating func grow(through needed: UInt64, of file: FileWriter) throws(StoreError) {
        var free: UInt64 = 0
        var total: UInt64 = 0
        let hasVolume = wscap_volume(file.number, &free, &total) == 0
        let kept = hasVolume ? minimumFree ?? min(256 << 20, total / 20) : 0
        let exact = (needed + Self.blockByteCount - 1) / Self.blockByteCount * Self.blockByteCount
        let wanted = [max(exact, end + stepByteCount), exact]
        var failure = StoreError.volumeFull(path: file.path, kept: kept)
        for target in wanted {
            guard !hasVolume || free >= kept + (target - end) else { continue }
            guard isSupported else {
                end = target
                return
            }
            let code = wscap_preallocate(file.number, end, target - end)
            if code == 0 {
                end = target
                return
            }
            if code == Errno.notSupported.rawValue || code == Errno.noFunction.rawValue {
                isSupported = false
                end = target
                return
            }
            failure = .writeFailed(path: file.path, Errno(rawValue: code))
        }
        throw failure
    }
}
