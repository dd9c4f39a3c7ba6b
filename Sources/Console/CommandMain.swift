public import ArgumentParser
internal import Vocabulary

#if canImport(Glibc)
private import Glibc
#elseif canImport(Darwin)
private import Darwin
#endif

/// The one way from an error to text and exit code, for every executable.
public enum CommandMain {
    /// Parses the command line, runs the command, and exits.
    public static func run<Command: ParsableCommand>(_ command: Command.Type) async -> Never {
        do {
            var parsed = try Command.parseAsRoot()
            if var asynchronous = parsed as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try parsed.run()
            }
            leave(.success)
        } catch {
            fail(error, of: command)
        }
    }

    private static func fail<Command: ParsableCommand>(
        _ error: any Error,
        of command: Command.Type
    ) -> Never {
        switch error {
        case let error as VerdictExit:
            leave(error.code)
        case let error as any OperatorFacingError:
            StandardError.write(
                "\(Command.configuration.commandName ?? "wscap"): \(error.sentence)\n"
            )
            leave(ExitCode(error.failure))
        default:
            // Help and version are no errors; wrong flags are the operator's.
            let text = Command.fullMessage(for: error)
            let code = Command.exitCode(for: error)
            guard code != .success else {
                print(text)
                leave(.success)
            }
            StandardError.write(text + "\n")
            leave(code == .validationFailure ? .usage : .bug)
        }
    }

    private static func leave(_ code: ExitCode) -> Never {
        exit(code.rawValue)
    }
}

/// Ends a command with a code, everything having been said.
public struct VerdictExit: Error, Equatable {
    /// The code to exit with.
    public var code: ExitCode

    /// Ends with `code`.
    public init(_ code: ExitCode) {
        self.code = code
    }
}
