import ArgumentParser
import CaptureStore
import Console

/// `wsreplay seal`: finish captures whose writer was killed.
struct SealCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract:
            "Finish a capture whose proxy was killed: cut the torn last record, write index and "
            + "summary.",
        discussion: """
            Works in place; interrupting it does no harm. A file that a running wsproxy is writing is left alone. A folder \
            stands for all captures in it.

            Example:
              wsreplay seal captures/
            """
    )

    @Argument(help: "Captures, or folders of captures.")
    var paths: [String]

    func run() throws {
        for path in paths {
            guard CaptureFolder.isFolder(path) else {
                try seal(path)
                continue
            }
            let captures = try CaptureFolder.captures(in: path)
            guard !captures.isEmpty else { throw StoreError.noCaptures(path: path) }
            for capture in captures { try sealUnlessEmpty(capture) }
        }
    }

    /// A proxy that is killed when it has just begun a file leaves an empty one.
    private func sealUnlessEmpty(_ path: String) throws {
        do {
            try seal(path)
        } catch let error as StoreError where error.isOfEmptyCapture {
            print("\(path): empty, nothing to seal")
        }
    }

    private func seal(_ path: String) throws {
        switch try CaptureSealer.seal(path) {
        case .alreadySealed:
            print("\(path): sealed already")
        case .sealed(let records, let torn):
            let cut = torn == 0 ? "" : ", \(torn) bytes of a torn record cut off"
            print("\(path): sealed, \(records) records\(cut)")
        }
    }
}
