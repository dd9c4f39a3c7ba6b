import Reassembly
import TestKit
import Vocabulary

/// What a stream table tells of some segments, as short lines.
struct Followed {
    private(set) var lines: [String] = []
    private(set) var bytes: [Side: [UInt8]] = [:]
    private(set) var tally = StreamTable.Tally()

    /// Hands segments over, and then says that the capture has ended.
    init(_ passed: [Wire.Passed], isFinished: Bool = true) {
        var table = StreamTable()
        var lines: [String] = []
        var bytes: [Side: [UInt8]] = [:]
        let visit: StreamTable.Visitor = { facts, event, _, span in
            lines.append(Self.line(facts, event, span))
            if case .bytes(let side, _) = event {
                bytes[side, default: []] += span.withUnsafeBytes { Array($0) }
            }
            return true
        }
        for item in passed {
            table.take(item.segment, bytes: item.bytes.span.bytes, at: item.time, visit)
        }
        if isFinished { table.finish(at: passed.last?.time ?? .epoch, visit) }
        self.lines = lines
        self.bytes = bytes
        tally = table.tally
    }

    /// What was told of bytes: not when streams began and what was acknowledged.
    var told: [String] {
        lines.filter { !$0.hasPrefix("began") && !$0.contains("acknowledged") }
    }

    func text(_ side: Side) -> String { String(decoding: bytes[side] ?? [], as: UTF8.self) }

    private static func line(
        _ facts: StreamFacts,
        _ event: StreamEvent,
        _ bytes: RawSpan
    ) -> String {
        switch event {
        case .began: "began \(facts.isFromStart ? "with SYN" : "midway")"
        case .bytes(let side, let offset):
            "\(side) \(offset): \(String(decoding: bytes.withUnsafeBytes { Array($0) }, as: UTF8.self))"
        case .gap(let side, let offset, let count, let reason):
            "\(side) \(offset): \(count) missing, \(reason)"
        case .acknowledged(let side, let through): "\(side) acknowledged \(through)"
        case .conflict(let side, let offset, let count): "\(side) \(offset): \(count) differ"
        case .closed(let side): "\(side) closed"
        case .reset(let side): "\(side) reset"
        case .ended(let end): "ended \(end)"
        }
    }
}
