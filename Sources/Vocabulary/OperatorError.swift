/// An error that an operator can mend: a wrong flag, an unreadable file, a port in use.
///
/// Rooms throw their own types; this is all that the executables need to tell it and to exit.
public protocol OperatorFacingError: Error {
    /// One sentence: what is wrong, with the offending value, and the way out.
    var sentence: String { get }
    /// What kind of failure it is; one table maps it to an exit code.
    var failure: FailureKind { get }
}

/// The kinds of failure that have an exit code of their own (docs/exit-codes.md).
public enum FailureKind: Sendable, Equatable, CaseIterable {
    /// The command line, environment or configuration is wrong.
    case usage
    /// An input cannot be read as what it should be.
    case unreadableInput
    /// A peer, port or program that is needed is not available.
    case unavailable
    /// An output cannot be created.
    case cannotCreate
    /// Reading or writing failed half-way.
    case inputOutput
    /// A capture is damaged.
    case damagedCapture
}

/// An operator's error with its sentence, for rooms that need no type of their own.
public struct OperatorError: OperatorFacingError, Equatable {
    /// What is wrong, and the way out.
    public var sentence: String
    /// What kind of failure it is.
    public var failure: FailureKind

    /// Creates an error.
    public init(_ failure: FailureKind, _ sentence: String) {
        self.sentence = sentence
        self.failure = failure
    }
}
