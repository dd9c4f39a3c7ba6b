import Queries
import Testing
import Vocabulary
import WebSocketWire

/// A subject that is given, and counts how often its JSON is asked for.
private final class Sample: QuerySubject {
    var fields: [QueryField: QueryValue] = [
        .connection: .integer(3), .direction: .direction(.serverToClient),
        .opcode: .opcode(.text), .frame: .count(17), .size: .count(120), .fin: .truth(true),
        .masked: .truth(false), .text: .text("größer 'als' 10"),
        .time: .time(Instant(rfc3339: "2026-11-22T12:00:03.5Z") ?? .epoch),
    ]
    private let payload = JSONPayload()
    private(set) var lookups = 0

    init(_ json: String = "") {
        payload.put(Array(json.utf8))
    }

    func value(of field: QueryField) -> QueryValue? { fields[field] }

    func member(at pointer: JSONPointer) -> QueryValue? {
        lookups += 1
        return payload.member(at: pointer)?.value
    }
}

private let json = #"""
    {"type":"trade","price":64250.00,"n":9007199254740993,"neg":-3,"ok":true,"no":false,"nil":null,
     "at":"2026-11-22T13:00:00+01:00","tags":["a"],"id":"x-1"}
    """#

struct QueryTests {
    @Test(arguments: [
        "connection == c3", "connection == 3", "connection == 'c3'", "connection > c2",
        "c3 == connection", "direction == server-to-client", "direction != 'client-to-server'",
        "opcode == text", "text == opcode", "opcode == 1", "opcode != close", "opcode < ping",
        "frame == 17", "frame >= 17 and frame <= 17", "size > 119.5", "size != 1e9", "fin",
        "not masked", "fin == true", "masked == false", "text contains 'als'",
        "text startswith 'größ'", #"text endswith "10""#, #"text contains "'als'""#,
        #"text contains 'r \'a'"#, "text contains ''", "time > 2026-11-22T12:00:03Z",
        "time == '2026-11-22T12:00:03.500Z'", "time < 2026-11-22T14:00:04+01:00",
        "/type == 'trade'", "/type=='trade'", "'trade' == /type", "/price == 64250",
        "/price >= 64249.99", "/n == 9007199254740993", "/n != 9007199254740992",
        "/n > 9007199254740992", "/neg < 0", "/ok", "not /no", "/no == false", "/nil == null",
        "exists /nil", "not exists /other", "exists text", "/at == 2026-11-22T12:00:00Z",
        "time > /at", "/id startswith 'x' or /boom", "/type != 3", "/tags != 'a'", "/tags/0 == 'a'",
        "/id != /type", "not (/type == 'a' or /type == 'b') and (fin and /ok)",
        "masked or fin and not masked", "not not fin", "exists size and size == frame or fin",
        "/type > 'tradd'", "frame == size or fin",
    ])
    func `A query that is true is fulfilled`(text: String) throws {
        #expect(try Query(text).matches(Sample(json)))
    }

    @Test(arguments: [
        "connection == c4", "opcode == close", "size < 120", "masked", "not fin",
        "/type == 'Trade'",
        "/missing == 1", "/missing != 1", "/missing < 1", "exists /missing", "/missing",
        "/price == '64250'", "/price < 'a'", "/type < 5", "/n == 9007199254740992", "/nil == false",
        "/tags == 'a'", "/tags contains 'a'", "/type", "/price", "/type == 2026-11-22T12:00:00Z",
        "parts == 1", "parts != 1", "rsv1 == false", "text contains 'gröszer'",
        "fin and not fin", "not (fin or masked)",
    ])
    func `A query that is false is not`(text: String) throws {
        #expect(try !Query(text).matches(Sample(json)))
    }

    @Test func `A missing value makes both a comparison and its opposite false`() throws {
        let empty = Sample("no json")
        for comparator in QueryComparator.allCases {
            let query = try Query("/a \(comparator.rawValue) 'x'")
            #expect(!query.matches(empty))
        }
    }

    @Test func `JSON is looked at only when the fields leave it open`() throws {
        let sample = Sample(json)
        #expect(try !Query("opcode == close and /type == 'trade'").matches(sample))
        #expect(try Query("fin or /type == 'trade'").matches(sample))
        #expect(sample.lookups == 0)
        #expect(try Query("fin and /type == 'trade'").matches(sample))
        #expect(sample.lookups == 1)
    }

    @Test func `A query tells what it asks for`() throws {
        let query = try Query("not (size > 1 or fin) and /a == /b")
        #expect(query.fields == [.size, .fin])
        #expect(query.readsJSON)
        #expect(try !Query("size > 1").readsJSON)
    }

    @Test func `Names in pointers may hold blanks and signs behind a backslash`() throws {
        #expect(try Query(#"/a\ b\(c\)\=d == 1"#).matches(Sample(#"{"a b(c)=d":1}"#)))
        #expect(try Query(#"/a~1b == 1"#).matches(Sample(#"{"a/b":1}"#)))
    }

    @Test func `Nesting is allowed up to its limit`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "(", count: depth) + "fin" + String(repeating: ")", count: depth)
        }
        let most = Query.nestingMax - 1
        #expect(try Query(nested(most - 1)).matches(Sample()))
        #expect(try Query(nested(most)).matches(Sample()))
        #expect(throws: QueryError.self) { try Query(nested(most + 1)) }
        #expect(throws: QueryError.self) { try Query(nested(100_000)) }
        #expect(throws: QueryError.self) {
            try Query(String(repeating: "not ", count: 100_000) + "fin")
        }
        let long = Array(repeating: "fin", count: 10_000).joined(separator: " and ")
        #expect(try Query(long).matches(Sample()))
    }
}
