import Console
import Reports
import Vocabulary

/// A report that is to be written to a file: its form and its place.
struct ReportOutput {
    /// The form.
    let format: ReportFormat
    /// The file.
    let path: String

    /// Names that captures have; a report is never written over one.
    private static let captureEndings = [".wscap", ".mcap", ".pcap", ".pcapng", ".pcap.gz", ".cap"]

    /// Reads `summary.md` or `junit:results.xml`.
    init(_ text: String) throws(OperatorError) {
        let pieces = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        if pieces.count == 2, let format = ReportFormat(rawValue: String(pieces[0])) {
            self.format = format
            path = String(pieces[1])
        } else if let format = ReportFormat(fileName: text) {
            self.format = format
            path = text
        } else {
            let words = ReportFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw OperatorError(
                .usage,
                "--output is '\(text)', and its name does not say in which form; write for example "
                    + "junit:\(text), with one of: \(words)."
            )
        }
        guard !path.isEmpty else {
            throw OperatorError(.usage, "--output is '\(text)'; a file's name is missing.")
        }
        if Self.captureEndings.contains(where: path.lowercased().hasSuffix) {
            throw OperatorError(
                .usage,
                "--output is '\(text)', which names a capture; a report needs another name."
            )
        }
    }

    /// Reads all that was named, and makes sure that each file can be written.
    ///
    /// - Parameters:
    ///   - texts: What `--output` was.
    ///   - inputs: Files that are read and must stay as they are.
    /// - Returns: The files with the forms of what is to be written to them.
    /// - Throws: ``OperatorError`` of kind `usage` or `cannotCreate`.
    static func files(
        _ texts: [String],
        sparing inputs: [String]
    ) throws(OperatorError) -> [(format: ReportFormat, file: WholeFile)] {
        var files: [(format: ReportFormat, file: WholeFile)] = []
        for text in texts {
            let output = try ReportOutput(text)
            let file = try WholeFile(output.path, option: "--output")
            if let input = inputs.first(where: { file.isSame(as: $0) }) {
                throw OperatorError(
                    .usage,
                    "--output is '\(text)', and '\(input)' is read; a report needs another name."
                )
            }
            guard !files.contains(where: { $0.file.target == file.target && file.isRegular }) else {
                throw OperatorError(
                    .usage,
                    "--output names '\(output.path)' twice; give each report a name of its own."
                )
            }
            files.append((output.format, file))
        }
        return files
    }
}
