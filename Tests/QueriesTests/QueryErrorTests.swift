import Queries
import TestKit
import Testing
import Vocabulary

struct QueryErrorTests {
    /// Query, the column from 1, and a part of what is said.
    @Test(arguments: [
        ("", 1, "empty"), ("   ", 1, "empty"), ("siez > 100", 1, "did you mean 'size'?"),
        ("fin and Opcode == text", 9, "did you mean 'opcode'?"),
        ("price > 100", 1, "JSON pointers such as /price"), ("size = 100", 6, "write '=='"),
        ("size > 1 && fin", 10, "write 'and'"), ("fin || fin", 5, "write 'or'"),
        ("!fin", 1, "write 'not'"), ("size <> 1", 6, "write '!='"), ("size >", 7, "missing"),
        ("size > 'a'", 8, "a number such as 1000"), ("size > close", 8, "a number such as 1000"),
        ("opcode == txt", 11, "text, binary"), ("opcode == 16", 11, "0 to 15"),
        ("direction == up", 14, "client-to-server"),
        ("direction < client-to-server", 11, "knows no"),
        ("connection == 0", 15, "c3"), ("connection == banana", 15, "c3"),
        ("time > 12", 8, "2026-11-22T"), ("time > 2026-13-22T12:00:00Z", 8, "is no time"),
        ("time > 'yesterday'", 8, "2026-11-22T"), ("size", 1, "a number such as 1000"),
        ("text", 1, "hello"), ("'a'", 1, "alone"), ("12 == 12", 1, "neither side"),
        ("(fin", 1, "has no ')'"), ("fin)", 4, "closes nothing"), ("fin fin", 5, "expected 'and'"),
        ("/a == 'x", 7, "no closing '"), ("/a~2 == 1", 1, "~0"),
        ("/a == 1 == 2", 9, "one comparison"),
        ("/a contains 5", 13, "a text in quotes"), ("size contains 'a'", 6, "knows no"),
        ("fin > true", 5, "knows no"), ("/a < null", 6, "compares numbers"),
        ("exists 'a'", 8, "a pointer such as /id"), ("exists", 7, "missing"),
        ("and", 1, "expected"),
        ("/a == 1x", 7, "no number"), ("/a == 1e999", 7, "no number"),
        ("size > --1", 8, "no number"),
        (#"text == 'a\q'"#, 11, "a backslash"), ("fin $ 1", 5, "means nothing"),
        ("size == time", 1, "cannot be compared"), ("/a === 1", 4, "no comparison"),
    ])
    func `A mistake is named with its place and the way out`(
        text: String,
        column: Int,
        says: String
    ) {
        do throws(QueryError) {
            _ = try Query(text)
            Issue.record("'\(text)' was taken")
        } catch {
            #expect(error.range.lowerBound + 1 == column, "\(error.sentence)")
            #expect(error.advice.contains(says), "\(error.sentence)")
            #expect(error.failure == .usage)
        }
    }

    @Test func `A caret stands under the mistake`() {
        do throws(QueryError) {
            _ = try Query("fin and siez > 100")
            Issue.record("the query was taken")
        } catch {
            #expect(
                error.sentence == """
                    --where, column 9: there is no field 'siez'; did you mean 'size'?
                      fin and siez > 100
                              ^~~~
                    """
            )
        }
    }

    @Test func `No text of words and signs makes the parser stumble`() {
        let pieces = [
            "size", "fin", "/a", "/", "'a'", "\"", "'", "(", ")", "==", "<", "!", "and", "or",
            "not",
            "exists", "contains", "1", "-", "2026-11-22T12:00:00Z", "2026-1", "c1", "text",
            "opcode",
            "\\", "~", "ü", "null", "true", "\u{0}", "\n", "direction", "time",
        ]
        for seed in Seeds.some(20) {
            var dice = SeededGenerator(seed: seed)
            for _ in 0..<500 {
                let words = (0..<Int.random(in: 1...9, using: &dice)).map { _ in
                    pieces[Int.random(in: 0..<pieces.count, using: &dice)]
                }
                let text = words.joined(separator: Bool.random(using: &dice) ? " " : "")
                do throws(QueryError) {
                    let query = try Query(text)
                    #expect(query.source == text)
                } catch {
                    #expect(error.range.lowerBound <= text.count, "'\(text)': \(error.sentence)")
                    #expect(!error.range.isEmpty, "'\(text)'")
                }
            }
        }
    }
}
