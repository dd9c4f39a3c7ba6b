import ArgumentParser
import Console

/// `wsreplay verify`: the verdict.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Judge a capture: protocol, integrity, order, and whether anything was lost.",
        discussion: """
            Every check ends as pass, fail, inconclusive (the evidence is not there, and the reason is said) or not \
            applicable; the worst of them is the verdict. A message is lost when it never was on the wire to its receiver, \
            or when the numbers of its stream skip it; a message that may or may not have been read is unknown. A \
            receiver's log (--received) or a producer's journal (--journal) turns unknown into known.

            Packet files are judged like captures. Beside a capture of the same traffic, or beside each other, they are held \
            against it: messages that both have seen are compared and count once.

            The files of a run are judged as one, also when the oldest of them are gone. Of several runs each is judged, \
            and the worst verdict counts.

            --strict and --fail-on move the line between pass and fail, and the report says so: with --strict what is \
            inconclusive fails, with --fail-on lost,corrupted nothing but lost and corrupted messages does. Standard output \
            gets the verdict as --format says; --output writes further reports beside it, 'wsreplay report --help' tells of them.

            Exit codes: 0 pass, 1 fail, 2 inconclusive, 3 damaged capture whose readable part is clean.

            Examples:
              wsreplay run.wscap --verify
              wsreplay verify captures/ --run 1a2b3c4d
              wsreplay verify run.wscap --received dashboard.jsonl --format json
              wsreplay verify run.wscap trace.pcap
              wsreplay verify run.wscap -o junit:results/wscap.xml -o summary.md
            """
    )

    @OptionGroup var input: CaptureInput

    @OptionGroup var options: VerifyOptions

    func run() throws {
        try VerdictRun.run(input, options)
    }
}
