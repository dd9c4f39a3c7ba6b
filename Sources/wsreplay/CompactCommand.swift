import ArgumentParser
import CaptureFormat
import CaptureStore
import Console
import Reports
import Vocabulary

/// `wsreplay compact`: rewrite captures with compressed chunks.
struct CompactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract:
            "Rewrite sealed captures with compressed chunks: the same records, a smaller file.",
        discussion: """
            wsproxy records without compression, so that nothing stands between a byte and the file. This makes a smaller \
            copy for the archive: every record, byte for byte and in its order, in chunks that wsreplay and every MCAP reader \
            unpack as they read. The copy is read back before it gets its name, and never replaces a file; the original stays, \
            and may be deleted. An unfinished capture must be sealed first; a damaged one is left as it is.

            Without --output, run.wscap becomes run.compact.wscap beside it (run.plain.wscap with --compression none).

            Examples:
              wsreplay compact run.wscap
              wsreplay compact captures/*.wscap --output archive/ --level 19
              wsreplay compact run.compact.wscap --compression none
            """
    )

    @Argument(help: "Sealed captures.")
    var files: [String]

    @Option(help: "zstd, lz4 (faster, larger) or none (plain chunks again).")
    var compression = "zstd"

    @Option(
        help: ArgumentHelp(
            "How hard to try: 1 to 22 for zstd (3 when not given), 1 to 12 for lz4 (1 when not "
                + "given)."
        )
    )
    var level: Int?

    @Option(help: "A new .wscap file, or a folder that exists.")
    var output: String?

    func run() throws {
        let packing = try PackingOptions.packing(compression, level: level)
        if let output, files.count > 1, !CaptureFolder.isFolder(output) {
            throw OperatorError(
                .usage,
                "--output is '\(output)', one file for \(files.count) captures; name a folder that "
                    + "exists."
            )
        }
        for file in files { try compact(file, packing) }
    }

    private func compact(_ file: String, _ packing: ChunkPacking?) throws {
        let target = try CaptureCompactor.outputPath(for: file, output: output, packing: packing)
        let byteCount = try CaptureFile(file).byteCount
        let writing = ReadingProgress(of: file, byteCount: byteCount, verb: "packing")
        defer { writing.end() }
        var checking: ReadingProgress?
        defer { checking?.end() }
        let outcome = try CaptureCompactor.compact(file, to: target, packing: packing) { stage in
            switch stage {
            case .writing(let done):
                writing.report(done)
            case .checking(let done, let total):
                if checking == nil {
                    writing.end()
                    checking = ReadingProgress(of: target, byteCount: total, verb: "checking")
                }
                checking?.report(done)
            }
        }
        checking?.end()
        let name = packing.map { "\($0.compression.rawValue) level \($0.level)" }
        print(
            "\(outcome.path): \(Figures.bytes(outcome.oldByteCount)) → "
                + "\(Figures.bytes(outcome.newByteCount)) "
                + "(\(Figures.ratio(outcome.oldByteCount, outcome.newByteCount))), "
                + "\(Figures.count(outcome.recordCount, "record")) in "
                + "\(Figures.count(outcome.chunkCount, "chunk")), \(name ?? "not compressed")"
        )
    }
}

/// The words of `--compression` and `--level`, read.
enum PackingOptions {
    /// How to compress; `nil` for not at all.
    static func packing(
        _ name: String,
        level: Int?
    ) throws(OperatorError) -> ChunkPacking? {
        if name == "none" {
            guard level == nil else {
                throw OperatorError(.usage, "--level makes no sense with --compression none.")
            }
            return nil
        }
        guard let compression = ChunkCompression(rawValue: name) else {
            throw OperatorError(
                .usage,
                "--compression is '\(name)'; choose one of: zstd, lz4, none."
            )
        }
        guard let packing = ChunkPacking(compression, level: level) else {
            throw OperatorError(
                .usage,
                "--level is \(level ?? 0); \(name) has the levels \(compression.levels.lowerBound) to "
                    + "\(compression.levels.upperBound)."
            )
        }
        return packing
    }
}
