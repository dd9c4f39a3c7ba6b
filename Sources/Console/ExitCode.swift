public import Vocabulary

/// What a process says when it ends (docs/exit-codes.md).
public enum ExitCode: Int32, Sendable, CaseIterable {
    /// Everything was done; a verdict is `pass`.
    case success = 0
    /// The verdict is `fail`.
    case fail = 1
    /// The verdict is `inconclusive`.
    case inconclusive = 2
    /// The capture is damaged, and its readable part is clean.
    case damaged = 3
    /// The command line, environment or configuration is wrong.
    case usage = 64
    /// An input cannot be read as what it should be.
    case unreadable = 65
    /// A port, peer or program that is needed is not available.
    case unavailable = 69
    /// A fault of ours.
    case bug = 70
    /// An output cannot be created.
    case cannotCreate = 73
    /// Reading or writing failed half-way.
    case inputOutput = 74
    /// Stopped by Ctrl-C before the end.
    case interrupted = 130

    /// The code of a failure that an operator can mend.
    public init(_ failure: FailureKind) {
        self =
            switch failure {
            case .usage: .usage
            case .unreadableInput: .unreadable
            case .unavailable: .unavailable
            case .cannotCreate: .cannotCreate
            case .inputOutput: .inputOutput
            case .damagedCapture: .damaged
            }
    }
}
