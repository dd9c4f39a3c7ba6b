import ArgumentParser
import Console
import Reports
import Vocabulary

/// `wsreplay report`: the verdict in files, for people, CI servers and comments.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Judge a capture, and write the verdict as JUnit XML, Markdown or JSON.",
        discussion: """
            It judges as 'wsreplay verify' does, with the same options and exit codes. --output names a file and, by its \
            name, the form of the report; where the name does not say it, FORMAT:PATH does. It can be given often: all \
            reports are of one reading. Standard output then has a line for each verdict; without --output it gets the \
            report itself, as --format says, which can also be had beside files.

            junit     .xml        JUnit XML for CI servers: a suite for each capture, a case for each check
            markdown  .md         for a step summary or a comment: the first failure first
            json      .json       for programs, schema in docs/schemas/
            text      .txt        what 'wsreplay verify' prints
            github                for the log of GitHub Actions: the text, and at most ten annotations

            A file is replaced when the report is whole, and not before. One that cannot be created is said before \
            anything is read. A capture that cannot be read is in the reports, too.

            Exit codes: 0 pass, 1 fail, 2 inconclusive, 3 damaged capture whose readable part is clean, 65 unreadable \
            input, 73 a report cannot be created.

            Examples:
              wsreplay report run.wscap -o summary.md
              wsreplay report captures/ -o junit.xml -o summary.md
              wsreplay report run.wscap --format markdown >> "$GITHUB_STEP_SUMMARY"
              wsreplay report run.wscap -o verdict.json --fail-on lost,corrupted
            """
    )

    @OptionGroup var input: CaptureInput

    @OptionGroup var options: VerifyOptions

    func run() throws {
        guard options.format == nil else { return try VerdictRun.run(input, options) }
        guard !options.output.isEmpty else {
            throw OperatorError(
                .usage,
                "There is nowhere to report to; name a file with --output, such as -o summary.md, "
                    + "or a form for standard output with --format."
            )
        }
        try VerdictRun.run(input, options, telling: .files)
    }
}
