public import CaptureFormat
public import SystemPackage
public import Vocabulary

/// What the file system, or the content of a file, has against an operation.
public enum StoreError: OperatorFacingError, Equatable {
    /// Nothing is at the path.
    case notFound(path: String)
    /// A folder where a file was expected.
    case isFolder(path: String)
    /// A pipe, socket or device where a file was expected.
    case notRegularFile(path: String)
    /// The capture's folder does not exist.
    case folderMissing(path: String)
    /// A file where the capture's folder was expected.
    case notFolder(path: String)
    /// The capture's file exists already.
    case alreadyExists(path: String)
    /// The file or folder cannot be created or opened for writing.
    case cannotCreate(path: String, Errno)
    /// The file cannot be opened for reading.
    case cannotOpen(path: String, Errno)
    /// Another process is writing the capture.
    case inUse(path: String)
    /// A read failed.
    case readFailed(path: String, Errno)
    /// A write failed.
    case writeFailed(path: String, Errno)
    /// What is left of the volume is not taken.
    case volumeFull(path: String, kept: UInt64)
    /// The disk takes nothing, and says nothing.
    case stalled(path: String)
    /// A ring was asked for and cannot be.
    case noRing(path: String, reason: String)
    /// A folder, pipe, socket or device where a text file was expected.
    case notTextFile(path: String, isFolder: Bool)
    /// A text file is too long, or holds something else.
    case notText(path: String)
    /// A ring file holds something else.
    case damagedRing(path: String)
    /// The file is no capture.
    case refused(path: String, CaptureScanner.Refusal)
    /// No run has that name.
    case noSuchRun(String, known: [String])
    /// The folder holds no captures.
    case noCaptures(path: String)
    /// The capture is damaged in the middle, and sealing it would cut what follows.
    case cannotSeal(path: String, CaptureDamage)

    /// The file ends before its first record is whole: its proxy was killed when it had just begun.
    public var isOfEmptyCapture: Bool {
        switch self {
        case .refused(_, .empty), .refused(_, .cutInBeginning): true
        default: false
        }
    }

    /// One sentence with the way out.
    public var sentence: String {
        switch self {
        case .notFound(let path):
            "\(path) does not exist."
        case .isFolder(let path):
            "\(path) is a folder; name one .wscap file in it."
        case .notRegularFile(let path):
            "\(path) is not a regular file; write what comes from a pipe to a file first, and name that."
        case .folderMissing(let path):
            "The capture folder \(path) does not exist; create it (mkdir -p \(path)) or name "
                + "another with --capture."
        case .notFolder(let path):
            "\(path) is not a folder; name an existing folder or a new .wscap file with --capture."
        case .alreadyExists(let path):
            "\(path) exists already and is not overwritten; name a new file or a folder with "
                + "--capture."
        case .cannotCreate(let path, let errno):
            "\(path) cannot be written (\(errno)); choose a writable place with --capture."
        case .cannotOpen(let path, let errno):
            "\(path) cannot be opened (\(errno))."
        case .inUse(let path):
            "\(path) is being written by a running wsproxy; stop that first (SIGTERM seals its "
                + "capture)."
        case .readFailed(let path, let errno):
            "Reading \(path) failed (\(errno))."
        case .writeFailed(let path, let errno):
            "Writing \(path) failed (\(errno))."
        case .volumeFull(let path, let kept):
            "Writing \(path) stopped before the volume is full: \(kept >> 20) MiB are left free "
                + "(--min-free)."
        case .stalled(let path):
            "Writing \(path) has stalled: the disk takes nothing."
        case .noRing(let path, let reason):
            "The ring \(path) cannot be used: \(reason); choose --store auto or --store write."
        case .notTextFile(let path, let isFolder):
            "\(path) is a \(isFolder ? "folder" : "pipe or device"); name a text file."
        case .notText(let path):
            "\(path) is not a text file of at most 1 MiB in UTF-8."
        case .damagedRing(let path):
            "\(path) is no ring of wsproxy; remove it."
        case .refused(let path, let refusal):
            "\(path) is not a capture: \(Self.explain(refusal))."
        case .noSuchRun(let wanted, let known):
            "No run here is called '\(wanted)'; there are \(known.joined(separator: ", "))."
        case .noCaptures(let path):
            "\(path) holds no .wscap file."
        case .cannotSeal(let path, let damage):
            "\(path) was left as it is, because sealing would cut data behind a damage: \(damage)."
        }
    }

    /// What kind of failure it is.
    public var failure: FailureKind {
        switch self {
        case .notFound, .isFolder, .notRegularFile, .cannotOpen, .refused, .noCaptures,
            .damagedRing, .notText, .notTextFile, .noSuchRun:
            .unreadableInput
        case .folderMissing, .notFolder, .alreadyExists, .cannotCreate, .noRing: .cannotCreate
        case .inUse: .unavailable
        case .readFailed, .writeFailed, .volumeFull, .stalled: .inputOutput
        case .cannotSeal: .damagedCapture
        }
    }

    /// What the kernel says, where that is all there is to say.
    var detail: String {
        switch self {
        case .cannotCreate(_, let errno), .cannotOpen(_, let errno), .writeFailed(_, let errno),
            .readFailed(_, let errno):
            "\(errno)"
        default: sentence
        }
    }

    private static func explain(_ refusal: CaptureScanner.Refusal) -> String {
        switch refusal {
        case .empty:
            "it is empty"
        case .cutInBeginning(let count):
            "it ends after \(count) bytes, before its first record is whole"
        case .foreignProfile(let profile):
            "it is an MCAP file of profile '\(profile)', and captures have profile 'wscap'"
        case .notMCAP(let bytes):
            "it begins like \(FileKind(firstBytes: bytes).description)"
        }
    }
}
