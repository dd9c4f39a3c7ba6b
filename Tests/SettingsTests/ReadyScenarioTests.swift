import ControlAPI
import Documents
import Foundation
import Settings
import Testing

@Suite struct ReadyScenarioTests {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "tools/scenarios")

    @Test func `each ready scenario can be played`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path())
            .filter { $0.hasSuffix(".yaml") }
        #expect(names.count >= 5)
        for name in names {
            let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
            let scenario = try Scenario(YAMLDocument.read(text))
            // What it is called is what its file is called.
            let words = scenario.name.filter { $0.isLetter || $0.isNumber }
            let file = name.dropLast(5).filter { $0.isLetter || $0.isNumber }
            #expect(words.hasPrefix(file), "\(name) is called '\(scenario.name)'")
        }
    }

    @Test func `a scenario says where it is wrong`() throws {
        let text = """
            name: x
            steps:
              - at: 5s
                partition: both
              - at: 6s
                partition: {direction: up}
            """
        let error = #expect(throws: DocumentError.self) { try Scenario(YAMLDocument.read(text)) }
        #expect(error?.place == .init(line: 6, column: 16))
        #expect(
            error?.message
                == "step 2: partition: direction is 'up'; choose one of: both, client-to-server, "
                + "server-to-client"
        )
    }
}
