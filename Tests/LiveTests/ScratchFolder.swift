import Foundation
import Testing

/// Runs the body of a test in a new folder.
///
/// The body returns what it finds wrong, in sentences. When it finds something, or throws, the folder
/// stays, and the failure says where.
func inScratchFolder(
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: (URL) async throws -> [String]
) async throws {
    let folder = FileManager.default.temporaryDirectory
        .appending(path: "wscap-live-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let findings: [String]
    do {
        findings = try await body(folder)
    } catch {
        findings = ["\(error)"]
    }
    guard !findings.isEmpty else {
        try FileManager.default.removeItem(at: folder)
        return
    }
    let shown = findings.prefix(20).map { "  " + $0 }.joined(separator: "\n")
    Issue.record(
        "\(findings.count) findings, evidence in \(folder.path)\n\(shown)",
        sourceLocation: sourceLocation
    )
}
