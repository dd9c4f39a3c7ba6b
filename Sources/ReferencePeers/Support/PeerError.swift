public import Vocabulary

/// What keeps a reference peer from its work, in a sentence that names the way out.
public enum PeerError: OperatorFacingError, Hashable {
    /// A file that is to be written cannot be opened.
    case cannotOpen(path: String, reason: String)
    /// A file that is being written no longer can be.
    case cannotWrite(path: String, reason: String)
    /// The dashboard's address cannot be listened on.
    case cannotListen(address: String, reason: String)
}

extension PeerError {
    /// What kind of failure it is.
    public var failure: FailureKind {
        switch self {
        case .cannotOpen: .cannotCreate
        case .cannotWrite: .inputOutput
        case .cannotListen: .unavailable
        }
    }

    /// What is wrong, and the way out.
    public var sentence: String {
        switch self {
        case .cannotOpen(let path, let reason):
            "\(path) cannot be opened for writing: \(reason). "
                + "Name a file in a folder that exists and that you may write to."
        case .cannotWrite(let path, let reason):
            "\(path) can no longer be written: \(reason). "
                + "What follows could not be recorded, so the run ends here."
        case .cannotListen(let address, let reason):
            "Cannot listen on \(address): \(reason). "
                + "Stop what holds the port or name another address; port 0 takes a free one."
        }
    }
}
