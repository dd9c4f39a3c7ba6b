import CaptureFormat
import Console

/// Says on standard error what is wrong with a file, after what is readable has been shown.
enum FileStateReport {
    /// How many damages are told one by one.
    static let toldCountMax = 5

    /// Tells, and ends with exit code 3 when the file is damaged.
    static func tell(_ state: CaptureFileState, of path: String) throws {
        if case .unfinished(let torn) = state.completion {
            let tail =
                torn == 0 ? "" : " The last \(torn) bytes are a torn record and were left out."
            StandardError.write(
                "\(path) is unfinished: its proxy is still running or was killed.\(tail) "
                    + "'wsreplay seal' finishes it.\n"
            )
        }
        guard state.isDamaged else { return }
        StandardError.write("\(path) is damaged; what is readable was read:\n")
        for damage in state.damage.prefix(toldCountMax) { StandardError.write("  \(damage)\n") }
        if state.damageCount > toldCountMax {
            StandardError.write("  and \(state.damageCount - toldCountMax) more\n")
        }
        throw VerdictExit(.damaged)
    }
}
