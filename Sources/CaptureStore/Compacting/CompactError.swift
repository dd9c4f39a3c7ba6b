public import CaptureFormat
public import SystemPackage
public import Vocabulary

/// Why a capture was not rewritten; whatever was begun is gone, and the capture is untouched.
public enum CompactError: OperatorFacingError, Equatable {
    /// The capture has no end: its proxy was killed.
    case notSealed(path: String)
    /// The capture is damaged; rewriting it would hide that.
    case damaged(path: String, CaptureDamage)
    /// The capture holds an MCAP record that captures do not have.
    case foreignRecord(path: String, offset: UInt64, opcode: UInt8)
    /// The compression library refuses its work.
    case packingFailed(path: String, detail: String)
    /// The output exists already.
    case outputExists(path: String)
    /// The output's folder does not exist.
    case outputFolderMissing(path: String)
    /// The output is neither a folder nor a path that ends in `.wscap`.
    case outputIsNoCapture(path: String)
    /// The output cannot be created.
    case cannotCreate(path: String, Errno)
    /// Writing the output failed.
    case writeFailed(path: String, Errno)
    /// What was written does not read back as the same records.
    case differs(path: String)

    /// One sentence with the way out.
    public var sentence: String {
        switch self {
        case .notSealed(let path):
            "\(path) is unfinished: its proxy was killed before it could seal it; run "
                + "'wsreplay seal \(path)' first."
        case .damaged(let path, let damage):
            "\(path) is damaged and was left as it is, because a rewritten capture would no longer "
                + "show it: \(damage)."
        case .foreignRecord(let path, let offset, let opcode):
            "\(path) was left as it is: the MCAP record at byte \(offset) (opcode \(opcode)) belongs "
                + "into no capture of wsproxy and would be lost."
        case .packingFailed(let path, let detail):
            "\(path) cannot be compressed (\(detail)); try another --level or --compression."
        case .outputExists(let path):
            "\(path) exists already and is not overwritten; name another file with --output."
        case .outputFolderMissing(let path):
            "The output folder \(path) does not exist; create it (mkdir -p \(path)) or name another "
                + "with --output."
        case .outputIsNoCapture(let path):
            "--output is '\(path)', which is no folder and does not end in "
                + "\(CaptureFolder.fileExtension); name an existing folder or a new .wscap file."
        case .cannotCreate(let path, let errno):
            "\(path) cannot be written (\(errno)); choose a writable place with --output."
        case .writeFailed(let path, let errno):
            "Writing \(path) failed (\(errno)); nothing of it was kept."
        case .differs(let path):
            "\(path) did not read back as the same records, and was not kept; please report this."
        }
    }

    /// What kind of failure it is.
    public var failure: FailureKind {
        switch self {
        case .notSealed, .foreignRecord: .unreadableInput
        case .damaged: .damagedCapture
        case .outputIsNoCapture: .usage
        case .outputExists, .outputFolderMissing, .cannotCreate: .cannotCreate
        case .packingFailed, .writeFailed, .differs: .inputOutput
        }
    }
}
