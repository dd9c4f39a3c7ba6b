import CaptureFormat
import TestKit
import Testing
import Verification
import Vocabulary
import WebSocketWire

private let one = ConnectionID(rawValue: 1)

/// What is detected in texts that a client sends.
private func detect(_ texts: [String]) -> Detection? {
    var builder = HistoryBuilder()
    builder.open(one)
    for text in texts { builder.send(one, .clientToServer, .text, Array(text.utf8)) }
    builder.end(one, .fin)
    return verdict(builder.entries).detections.first
}

@Suite struct `FieldDetector: which members mean something` {
    @Test func `the usual names are found`() {
        let detection = detect(
            (1...5).map { #"{"event":"tick","channel":"x","seq":\#($0),"id":"m\#($0)","ts":1}"# }
        )
        #expect(detection?.fields.type == .event)
        #expect(detection?.fields.part == .channel)
        #expect(detection?.fields.sequence == .seq)
        #expect(detection?.fields.identifier == .id)
        #expect(detection?.fields.timestamp == .ts)
        #expect(detection?.sequencedShare == 1)
        #expect(detection?.stepShare == 1)
    }

    @Test(arguments: DetectedFields.Scope.allCases)
    func `the scope in which numbers step by one is taken`(_ scope: DetectedFields.Scope) {
        func stream(_ type: Int, _ part: Int) -> Int {
            switch scope {
            case .typeAndPart: type * 3 + part
            case .type: type
            case .part: part
            case .direction: 0
            }
        }
        var dice = SeededGenerator(seed: 3)
        var numbers: [Int: Int] = [:]
        let texts = (0..<200).map { _ in
            let type = Int.random(in: 0..<3, using: &dice)
            let part = Int.random(in: 0..<3, using: &dice)
            numbers[stream(type, part), default: 0] += 1
            let number = numbers[stream(type, part), default: 0]
            return #"{"type":"t\#(type)","symbol":"s\#(part)","sequence":\#(number)}"#
        }
        #expect(detect(texts)?.fields.scope == scope)
        #expect(detect(texts)?.stepShare == 1)
    }

    @Test func `two streams that use the same numbers are two even where they interleave well`() {
        let verdict = verdict("c1:s1/a c1:bye c2:s1/b c2:s2-4/a c2:bye")
        #expect(verdict.detections.first?.fields.scope == .typeAndPart)
        #expect(verdict.outcome == .pass)
    }

    @Test func `a part that the sample had not seen still makes a stream`() {
        let verdict = verdict("c1:s1-70 c1:s1/b c1:s71 c1:s3/b c1:bye")
        #expect(verdict.found(.loss) == ["lost m/b 2 never-sent"])
    }

    @Test func `numbers that are no integers are no sequence`() {
        #expect(detect([#"{"sequence":1.5}"#, #"{"sequence":-1}"#])?.fields.sequence == nil)
    }

    @Test func `what comes after the sample is judged by what was decided`() {
        let early = (1...64).map { #"{"type":"m","sequence":\#($0)}"# }
        let detection = detect(early + [#"{"type":"m"}"#, #"{"type":"m","sequence":66}"#])
        #expect(detection?.messageCount == 66)
        #expect(detection?.sequencedCount == 65)
        #expect(detection?.stepsOfOne == 63)
    }
}
