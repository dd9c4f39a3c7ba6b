private import CKernel
private import SystemPackage

#if canImport(Glibc)
private import Glibc
#endif

/// Makes the files of one recording: the ring if the folder's file system carries one, plain writes
/// otherwise.
///
/// Confined to the event loop that records.
public final class CaptureVolume: CaptureMediumSource {
    /// The medium that is in use; never ``StoreOptions/Kind/auto``.
    public let kind: StoreOptions.Kind
    /// Why the ring is not in use although it might have been.
    public let reason: String?
    private let options: StoreOptions
    private let ring: Ring?

    /// What the kernel says when a folder takes no files at all.
    private static let forbidden: [Errno] = [
        .permissionDenied, .notPermitted, .readOnlyFileSystem,
    ]
    /// A ring takes at most this part of what is free.
    private static let freeShare: UInt64 = 8

    /// Chooses the medium.
    ///
    /// - Parameters:
    ///   - folder: Where the captures go.
    ///   - name: Tells the rings of a folder apart.
    ///   - options: What was asked for.
    /// - Throws: ``StoreError/noRing(path:reason:)`` when a ring was demanded and cannot be;
    ///   ``StoreError/cannotCreate(path:_:)`` when nothing can be written there.
    public init(folder: String, name: String, options: StoreOptions) throws(StoreError) {
        self.options = options
        guard options.kind != .write, options.sync != .always || options.kind == .ring else {
            kind = .write
            ring = nil
            reason = nil
            return
        }
        do throws(StoreError) {
            ring = try Self.makeRing(folder: folder, name: name, options: options)
            kind = .ring
            reason = nil
        } catch {
            // Where no file can be created, no other medium helps.
            guard options.kind == .auto, case .noRing = error else { throw error }
            ring = nil
            kind = .write
            reason = error.sentence
        }
    }

    private static func makeRing(
        folder: String,
        name: String,
        options: StoreOptions
    ) throws(StoreError) -> Ring {
        let path = RingFolder.path(in: folder, name: name)
        guard options.sync != .always else {
            throw .noRing(path: path, reason: "--sync always writes each tick to the disk itself")
        }
        let memory: RingMemory
        do throws(StoreError) {
            memory = try RingMemory(creating: path, byteCount: options.ringByteCount)
        } catch .cannotCreate(_, let errno) where Self.forbidden.contains(errno) {
            throw .cannotCreate(path: folder, errno)
        } catch {
            throw .noRing(path: path, reason: error.detail)
        }
        do throws(StoreError) {
            try check(memory, options: options)
            let ring = Ring(memory: memory)
            try ring.start()
            return ring
        } catch {
            memory.remove()
            throw error
        }
    }

    private static func check(
        _ memory: RingMemory,
        options: StoreOptions
    ) throws(StoreError) {
        let direct = wscap_open_direct(memory.path, 0)
        guard direct >= 0 else {
            throw .noRing(
                path: memory.path,
                reason: "the file system does not know O_DIRECT"
            )
        }
        var free: UInt64 = 0
        var total: UInt64 = 0
        let isKnown = wscap_volume(direct, &free, &total) == 0
        close(direct)
        guard options.kind == .auto, isKnown else { return }
        guard free / freeShare >= options.ringByteCount else {
            throw .noRing(
                path: memory.path,
                reason: "the volume is too small for a ring of \(options.ringByteCount >> 20) MiB"
            )
        }
    }

    /// Creates a capture file with mode 0600 and locks it.
    ///
    /// - Throws: ``StoreError/alreadyExists(path:)``, ``StoreError/folderMissing(path:)`` or
    ///   ``StoreError/cannotCreate(path:_:)``.
    public func create(_ path: String) throws(StoreError) -> any CaptureMedium {
        let medium: any CaptureMedium =
            if let ring {
                try RingMedium(creating: path, in: ring, options: options)
            } else {
                try WriteMedium(creating: path, options: options)
            }
        // A file that is on the disk, but in no folder there, is lost with the power all the same.
        if options.sync != .none { try CaptureFolder.sync(CaptureFolder.parent(of: path)) }
        return medium
    }

    /// How long recording has waited for the disk since this was last asked.
    public func takeWaited() -> Duration {
        ring?.takeWaited() ?? .zero
    }

    /// Waits until everything is in its file.
    ///
    /// - Throws: Why something is not; it stays in the ring then, which `wsreplay seal` reads.
    public func shutDown() throws(StoreError) {
        try ring?.shutDown()
    }
}
