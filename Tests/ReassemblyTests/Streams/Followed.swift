import Reassembly
import TestKit
import Testing
import Vocabulary

/// What a stream table tells of some segments, as short lines.
struct Followed {
    private(set) var lines: [String] = []
    private(set) var bytes: [Side: [UInt8]] = [:]
    /// Bytes by offset; `nil` for those that are missing.
    private(set) var places: [Side: [UInt8?]] = [:]
    private(set) var tally = StreamTable.Tally()

    /// Hands segments over, and then says that the capture has ended.
    init(_ passed: [Wire.Passed], isFinished: Bool = true) {
        var table = StreamTable()
        var lines: [String] = []
        var bytes: [Side: [UInt8]] = [:]
        var places: [Side: [UInt8?]] = [:]
        let visit: StreamTable.Visitor = { facts, event, _, span in
            lines.append(Self.line(facts, event, span))
            switch event {
            case .began: places = [:]
            case .bytes(let side, let offset):
                #expect(offset == UInt64(places[side, default: []].count))
                let run = span.withUnsafeBytes { Array($0) }
                bytes[side, default: []] += run
                places[side, default: []] += run
            case .gap(let side, let offset, let count, _):
                #expect(offset == UInt64(places[side, default: []].count))
                places[side, default: []] += Array(repeating: nil, count: Int(min(count, 1 << 20)))
            default: break
            }
            return true
        }
        for item in passed {
            table.take(item.segment, bytes: item.bytes.span.bytes, at: item.time, visit)
        }
        if isFinished { table.finish(at: passed.last?.time ?? .epoch, visit) }
        self.lines = lines
        self.bytes = bytes
        self.places = places
        tally = table.tally
    }

    /// What was told of bytes: not when streams began and what was acknowledged.
    var told: [String] {
        lines.filter { !$0.hasPrefix("began") && !$0.contains("acknowledged") }
    }

    /// Whether every place of what a side sent is its byte, or missing.
    func covers(_ sent: [UInt8], of side: Side) -> Bool {
        let places = places[side] ?? []
        return places.count == sent.count
            && zip(places, sent).allSatisfy { $0 == nil || $0 == $1 }
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
