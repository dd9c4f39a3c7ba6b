import TestKit
import Testing
import Vocabulary
import WebSocketWire

@Suite struct `JSONSecretFinder: what is blanked` {
    @Test(arguments: [
        (#"{"api_key":"s3cret","a":1}"#, #"{"api_key":"******","a":1}"#),
        (#"{"api_key":"","a":1}"#, #"{"api_key":"","a":1}"#),
        (#"{"api_key":"a\"b\\\u00e9é"}"#, #"{"api_key":"**************"}"#),
        (#"{"api_key":-12.5e+3}"#, #"{"api_key":0       }"#),
        (#"{"api_key":7,"a":7}"#, #"{"api_key":0,"a":7}"#),
        (#"{"api_key":true}"#, #"{"api_key":null}"#),
        (#"{"api_key":false}"#, #"{"api_key":null }"#),
        (#"{"api_key":null}"#, #"{"api_key":null}"#),
        (#"{"api_key":{"x":[1,"}"]},"b":2}"#, #"{"api_key":{           },"b":2}"#),
        (#"{"api_key":["]",{}],"b":[]}"#, #"{"api_key":[      ],"b":[]}"#),
        (#"{"api_key":{},"b":{"api_key":"kept"}}"#, #"{"api_key":{},"b":{"api_key":"kept"}}"#),
    ])
    func `every kind of value, and JSON stays JSON`(text: String, expected: String) throws {
        #expect(try redacted(text, "/api_key") == expected)
    }

    @Test(arguments: [
        #"{"api\u005fkey":"XX"}"#, #"{"\u0061\u0070\u0069_key":"XX"}"#, #"{"api_key" : "XX"}"#,
        "{\n\t\"api_key\"\r:\n\"XX\"}", #"{"a":{"b":[{}]},"api_key":"XX"}"#,
        #"{"api_key":1,"api_key":"XX"}"#, #"[{"a":1}] {"api_key":"XX"}"#, #"42{"api_key":"XX"}"#,
        "{}\n{\"api_key\":\"XX\"}\n", "\u{FEFF}{\"api_key\":\"XX\"}",
        #"a["x"]{"api_key":"XX"}"#, #"{api_key:"XX"}"#, #"{'api_key':"XX"}"#,
        #"{"a":NaN,"api_key":"XX"}"#, #"{"a":1,/*c*/"api_key":"XX"}"#,
        "{\"a\":\"\u{1}\",\"api_key\":\"XX\"}",
        #"{"a":"\x","api_key":"XX"}"#, #"{"a":"\u12","api_key":"XX"}"#, #"{"a":1;"api_key":"XX"}"#,
        #"{"a":[1},"api_key":"XX"}"#, #"{"a":1,,"api_key":"XX"}"#, #"{"a" "b","api_key":"XX"}"#,
        #"{"a":tru,"api_key":"XX"}"#, #"{"api_key":'XX'}"#, #"{"api_key":XX}"#, #"{"api_key":"XX"#,
        #"{"api_key":{"a":"XX"#, #"{"api_key":[XX"#, #""{"api_key":"XX"}""#, #"{"a":+1,"b":"XX"}"#,
    ])
    func `a peer that reads generously finds no secret either`(text: String) throws {
        #expect(try redacted(text, "/api_key").contains("XX") == false)
    }

    @Test(
        arguments: [
            ("hello", nil), ("", nil), ("   ", nil), ("12345", nil), ("true", nil),
            ("", "/api_key"),
            (#""a string with {braces}""#, nil),
            (#"{"API_KEY":"x","api_key2":"y","api_ke":"z"}"#, nil),
            (#"{"a":{"api_key":"other place"}}"#, nil), (#"["api_key","x"]"#, nil),
            (#"{"0":"name"}"#, "/1"), (#"["a","b"]"#, "/01"), (#"["a","b"]"#, "/-"),
            (#"{"a":"{\"api_key\":\"inside a string\"}"}"#, nil), (#"{"\ud83d":1,"é":2}"#, "/😀"),
        ] as [(String, String?)]
    )
    func `leaves alone what no pointer names`(text: String, pointer: String?) throws {
        #expect(try redacted(text, pointer ?? "/api_key") == text)
    }

    @Test func `arrays are counted, names are unescaped, and pointers do not hide one another`()
        throws
    {
        #expect(try redacted(#"[[1,22],[3,44]]"#, "/1/1") == "[[1,22],[3,0 ]]")
        #expect(
            try redacted(#"{"0":"a","x":["b","c"]}"#, "/0", "/x/0") == #"{"0":"*","x":["*","c"]}"#
        )
        #expect(
            try redacted(#"{"a/b":"1","m~n":"2"}"#, "/a~1b", "/m~0n") == #"{"a/b":"*","m~n":"*"}"#
        )
        #expect(
            try redacted(#"{"\ud83d\ude00":"1","😀":"2"}"#, "/😀") == #"{"\ud83d\ude00":"*","😀":"*"}"#
        )
        #expect(try redacted(#"{"a\/b\n":"1"}"#, "/a~1b\n") == #"{"a\/b\n":"*"}"#)
        #expect(try redacted(#"{"":"1"}"#, "/") == #"{"":"*"}"#)
        #expect(
            try redacted(#"{"a":{"b":1,"c":2}}"#, "/a/b", "/a/c/d", "/a/c")
                == #"{"a":{"b":0,"c":0}}"#
        )
        #expect(try redacted(#"{"a":{"b":[1]},"c":3}"#, "/a", "/a/b") == #"{"a":{       },"c":3}"#)
    }

    @Test func `binary messages are judged by their first byte`() throws {
        let text = #"x{"api_key":"kept"}"#
        #expect(try redacted(text, "/api_key", start: .first) == text)
        #expect(
            try redacted(" \n{\"api_key\":\"k\"}", "/api_key", start: .first)
                == " \n{\"api_key\":\"*\"}"
        )
        #expect(
            try redacted("\u{FEFF}[\"k\"]", "/0", start: .first) == "\u{FEFF}[\"*\"]"
        )
    }

    @Test func `what is nested too deep is blanked from there on`() throws {
        let limit = JSONSecretFinder.depthMax
        for count in [limit - 1, limit] {
            let text =
                String(repeating: "[", count: count) + "7" + String(repeating: "]", count: count)
            #expect(try redacted(text, "/api_key") == text)
        }
        let text = String(repeating: "[", count: limit + 1) + "7]]"
        #expect(
            try redacted(text, "/api_key") == String(repeating: "[", count: limit) + "****"
        )
    }

    @Test func `as many pointers as are allowed are all followed`() throws {
        let pointers = try (0..<JSONPointer.countMax).map { try JSONPointer("/k\($0)") }
        let text = (0..<JSONPointer.countMax).map { "\"k\($0)\":\"secret\"" }.joined(separator: ",")
        let out = redacted([Array("{\(text)}".utf8)], pointers).bytes
        #expect(String(decoding: out, as: UTF8.self).contains("secret") == false)
    }

    @Test func `masked bytes are blanked under their mask`() throws {
        let text = Array(#"{"api_key":"s3cret"}"#.utf8)
        let key: UInt32 = 0xA1B2_C3D4
        for offset in UInt64(0)..<4 {
            var masked = text
            Masking.apply(key: key, to: &masked, range: masked.indices, offset: offset)
            var finder = JSONSecretFinder([try JSONPointer("/api_key")])
            let runs = finder.redact(&masked, in: masked.indices, maskKey: key, offset: offset)
            #expect(runs == [BlankedRun(12..<18, .secret)])
            Masking.apply(key: key, to: &masked, range: masked.indices, offset: offset)
            #expect(String(decoding: masked, as: UTF8.self) == #"{"api_key":"******"}"#)
        }
    }
}

@Suite struct `JSONSecretFinder: laws` {
    @Test(arguments: Seeds.some(400))
    func `agrees with a reading of the whole text, in pieces or not`(seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        let tree = RandomJSON.value(&dice, depth: 4)
        let pointers = try RandomJSON.pointers(&dice, in: tree).map { try JSONPointer($0) }
        var writer = WholeText(pointers: pointers, dice: dice)
        writer.write(tree)
        let text = writer.text
        let expected = RandomJSON.isContainer(tree) ? writer.redacted : text
        let pieces = RandomJSON.pieces(&dice, text)
        let whole = redacted([text], pointers)
        let cut = redacted(pieces, pointers)
        #expect(
            String(decoding: whole.bytes, as: UTF8.self)
                == String(decoding: expected, as: UTF8.self),
            "SEED=\(seed) \(pointers) \(String(decoding: text, as: UTF8.self))"
        )
        #expect(cut.bytes == whole.bytes, "SEED=\(seed)")
        #expect(cut.runs == whole.runs, "SEED=\(seed)")
        // What is marked is all that differs, and a marked byte is a filler.
        let marked = Set(whole.runs.flatMap { Array($0.range) })
        for index in text.indices where !marked.contains(index) {
            #expect(whole.bytes[index] == text[index], "SEED=\(seed)")
        }
        for index in marked {
            #expect(Array("* 0nul".utf8).contains(whole.bytes[index]), "SEED=\(seed)")
        }
    }

    @Test(arguments: Seeds.some(300))
    func `damaged text is blanked from somewhere on, whatever the pieces`(seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        let tree = RandomJSON.value(&dice, depth: 3)
        var writer = WholeText(pointers: [], dice: dice)
        writer.write(tree)
        var text = writer.text
        for _ in 0..<Int.random(in: 1...4, using: &dice) where !text.isEmpty {
            text[Int.random(in: text.indices, using: &dice)] = UInt8.random(
                in: .min ... .max,
                using: &dice
            )
        }
        let pointers = [try JSONPointer("/a"), try JSONPointer("/0")]
        let whole = redacted([text], pointers)
        #expect(redacted(text.map { [$0] }, pointers).bytes == whole.bytes, "SEED=\(seed)")
        #expect(whole.bytes.count == text.count)
        let unreadable = whole.runs.filter { $0.reason == .unreadable }
        #expect(unreadable.count <= 1, "SEED=\(seed)")
        if let run = unreadable.first {
            #expect(run.range.upperBound == text.count, "SEED=\(seed)")
        }
    }
}
