import Queries
import TestKit
import Testing
import Vocabulary

struct JSONPayloadTests {
    private func member(_ pointer: String, in text: String) throws -> JSONMember? {
        let payload = JSONPayload()
        payload.put(Array(text.utf8))
        return payload.member(at: try JSONPointer(pointer))
    }

    private static let text = #"""
        { "type" : "trade", "a/b": 1, "m~n": 2, "": 3, "\u0074ag": "\u00e9\n",
          "data": {"price": 64250.00, "big": 79228162514264337593543950336, "low": -7,
                   "max": 18446744073709551615, "ok": true, "no": false, "nil": null},
          "levels": [[1, 2], {"x": [ 10 , 20 ]}] , "type": "second" }
        """#

    @Test(arguments: [
        ("/type", QueryValue.text("trade"), #""trade""#), ("/a~1b", .integer(1), "1"),
        ("/m~0n", .integer(2), "2"), ("/", .integer(3), "3"),
        ("/tag", .text("é\n"), #""\u00e9\n""#), ("/data/price", .real(64250), "64250.00"),
        ("/data/big", .real(0x1p96), "79228162514264337593543950336"),
        ("/data/low", .integer(-7), "-7"),
        ("/data/max", .integer(18_446_744_073_709_551_615), "18446744073709551615"),
        ("/data/ok", .truth(true), "true"), ("/data/no", .truth(false), "false"),
        ("/data/nil", .null, "null"), ("/levels/0/1", .integer(2), "2"),
        ("/levels/1/x", .container, "[ 10 , 20 ]"), ("/levels/0", .container, "[1, 2]"),
    ])
    func `Values are found by pointer`(pointer: String, value: QueryValue, raw: String) throws {
        #expect(try member(pointer, in: Self.text) == JSONMember(value: value, raw: raw))
    }

    @Test(arguments: [
        "/nothing", "/type/x", "/levels/2", "/levels/01", "/levels/-", "/levels/-1", "/levels/x",
        "/data/price/0", "/levels/1/x/2", "/levels/99999999999999999999",
    ])
    func `What a pointer does not lead to is not there`(pointer: String) throws {
        #expect(try member(pointer, in: Self.text) == nil)
    }

    @Test func `A whole text is found by the empty pointer`() throws {
        #expect(try member("", in: " 12 ") == JSONMember(value: .integer(12), raw: "12"))
        #expect(try member("", in: #""hi""#)?.value == .text("hi"))
        #expect(try member("", in: "null")?.value == .null)
        #expect(try member("", in: "true")?.value == .truth(true))
        #expect(try member("", in: "[1]")?.raw == "[1]")
        #expect(try member("/a", in: "12") == nil)
    }

    @Test(arguments: [
        "", " ", "hello", "{", #"{"type":"#, #"{"type" "x"}"#, "\u{0}", "[", #"{"type":tru}"#,
        #"{"type":"x"#, #"{"type":01}"#, "{type:1}",
    ])
    func `What is no JSON holds nothing`(text: String) throws {
        #expect(try member("/type", in: text) == nil)
        #expect(try member("/type/0", in: text) == nil)
    }

    @Test func `Every prefix of a text is looked into without harm`() throws {
        let bytes = Array(Self.text.utf8)
        let pointers = try ["", "/type", "/data/nil", "/levels/1/x/1"].map(JSONPointer.init)
        let payload = JSONPayload()
        for count in 0..<bytes.count {
            payload.put(Array(bytes[..<count]))
            for pointer in pointers { _ = payload.member(at: pointer) }
        }
        payload.put(bytes)
        #expect(payload.member(at: pointers[3])?.value == .integer(20))
    }

    @Test func `Bytes that are no UTF-8 hold nothing`() throws {
        let payload = JSONPayload()
        payload.put(Array(#"{"a":""#.utf8) + [0xFF] + Array(#""}"#.utf8))
        #expect(payload.member(at: try JSONPointer("/a")) == nil)
    }

    @Test func `One payload after another is read, a giant among them`() throws {
        let payload = JSONPayload()
        let pointer = try JSONPointer("/n")
        let filler = String(repeating: "x", count: 3 << 20)
        for round in 0..<3 {
            payload.put(Array(#"{"f":"\#(filler)","n":\#(round)}"#.utf8))
            #expect(payload.member(at: pointer)?.value == .integer(Int128(round)))
            payload.put(Array(#"{"n":"small"}"#.utf8))
            #expect(payload.member(at: pointer)?.value == .text("small"))
            #expect(payload.member(at: pointer)?.value == .text("small"))
        }
    }
}

extension JSONPayloadTests {
    @Test func `A pointer that met something broken leaves the others as they are`() throws {
        let payload = JSONPayload()
        payload.put(Array(#"{"a":1,"b":[1 2],"c":{"x" 1},"d":tru,"e":5}"#.utf8))
        let pointers = try ["/a", "/b/5", "/c/x", "/d", "/zz", "/b"].map(JSONPointer.init)
        for first in pointers {
            for second in pointers {
                _ = payload.member(at: first)
                let after = payload.member(at: second)
                let fresh = JSONPayload()
                fresh.put(Array(#"{"a":1,"b":[1 2],"c":{"x" 1},"d":tru,"e":5}"#.utf8))
                #expect(after == fresh.member(at: second), "\(second) after \(first)")
            }
        }
        #expect(payload.member(at: pointers[0])?.value == .integer(1))
    }

    @Test func `No damage to a text makes a lookup stumble`() throws {
        let pointers = try ["", "/type", "/data/nil", "/levels/1/x/1", "/none/0", "/tag"]
            .map(JSONPointer.init)
        let payload = JSONPayload()
        for seed in Seeds.some(10) {
            var dice = SeededGenerator(seed: seed)
            for _ in 0..<300 {
                var bytes = Array(Self.text.utf8)
                for _ in 0..<Int.random(in: 1...6, using: &dice) {
                    let index = Int.random(in: 0..<bytes.count, using: &dice)
                    let signs = Array(#"{}[]",:\u0t-1e "#.utf8)
                    bytes[index] = signs[Int.random(in: 0..<signs.count, using: &dice)]
                }
                payload.put(bytes)
                for pointer in pointers + pointers.reversed() {
                    let found = payload.member(at: pointer)
                    #expect(found == nil || !(found?.raw.isEmpty ?? true))
                }
            }
        }
    }
}
