import Inspector
import TestSupport
import Testing
import WebSocketCore

private func frame(_ change: (inout HandmadeFrame) -> Void) -> HandmadeFrame {
  var frame = HandmadeFrame()
  change(&frame)
  return frame
}

@Suite struct `A hand-made frame` {
  @Test(
    "is what its text says",
    arguments: [
      ("", frame { _ in }), ("  ", frame { _ in }), ("\"hi\"", frame { $0.payload = Array("hi".utf8) }),
      (
        "fin=0 opcode=text mask=off \"broken\"",
        frame {
          $0.isFinal = false
          $0.mask = .off
          $0.payload = Array("broken".utf8)
        }
      ),
      (
        "rsv1=1 rsv2=0 rsv3=1 opcode=11 mask=on",
        frame {
          $0.reservedBits = [.rsv1, .rsv3]
          $0.opcode = Opcode(rawValue: 11)
          $0.mask = .random
        }
      ),
      (
        "mask=0A0b0c0D length=18446744073709551615 form=64",
        frame {
          $0.mask = .key(MaskingKey(0x0A0B_0C0D))
          $0.announcedLength = .max
          $0.lengthForm = .sixtyFour
        }
      ),
      ("hex", frame { $0.opcode = .binary }),
      (
        "hex 00 fF8 0",
        frame {
          $0.opcode = .binary
          $0.payload = [0, 0xFF, 0x80]
        }
      ),
      (
        "opcode=close hex 03e8",
        frame {
          $0.opcode = .close
          $0.payload = [3, 0xE8]
        }
      ),
      (
        "form=16  opcode=ping \"a\\u0000\\n\\\"é\" ",
        frame {
          $0.opcode = .ping
          $0.lengthForm = .sixteen
          $0.payload = Array("a\0\n\"é".utf8)
        }
      ),
    ])
  func parsed(text: String, expected: HandmadeFrame) throws {
    #expect(try HandmadeFrame.parse(text) == expected)
  }

  @Test(
    "fails with the column",
    arguments: [
      ("opcde=text", 1, .unknownField("opcde")), ("fin=1 x=1", 7, .unknownField("x")),
      ("=1", 1, .unknownField("")), ("hello", 1, .unexpected("hello")), ("fin", 1, .unexpected("fin")),
      ("hexa 00", 1, .unexpected("hexa")), ("'hi'", 1, .unexpected("'hi'")), ("é", 1, .unexpected("é")),
      ("fin=1 fin=0", 7, .repeatedField("fin")),
      ("fin=2", 5, .value(field: "fin", "2")), ("fin=", 5, .value(field: "fin", "")),
      ("rsv1=yes", 6, .value(field: "rsv1", "yes")), ("opcode=16", 8, .value(field: "opcode", "16")),
      ("opcode=Text", 8, .value(field: "opcode", "Text")), ("opcode=-1", 8, .value(field: "opcode", "-1")),
      ("mask=123", 6, .value(field: "mask", "123")), ("mask=0000000g", 6, .value(field: "mask", "0000000g")),
      ("mask=+1234567", 6, .value(field: "mask", "+1234567")),
      ("length=-1", 8, .value(field: "length", "-1")), ("length=1k", 8, .value(field: "length", "1k")),
      ("length=18446744073709551616", 8, .value(field: "length", "18446744073709551616")),
      ("form=8", 6, .value(field: "form", "8")),
      ("form=7 length=126", 15, .doesNotFit(length: 126, bits: 7)),
      ("form=16 length=65536", 16, .doesNotFit(length: 65536, bits: 16)),
      ("\"a", 3, .string("the JSON ends too early")), ("\"é\\x\"", 3, .string("no JSON escape begins like this")),
      ("\"a\" fin=1", 5, .trailing("fin=1")), ("\"a\"b", 4, .trailing("b")),
      ("hex 0g", 6, .notHex("g")), ("hex 00 \"", 8, .notHex("\"")), ("hex 00 1", 8, .halfByte),
    ] as [(String, Int, HandmadeFrameFailure.Reason)])
  func failures(text: String, column: Int, reason: HandmadeFrameFailure.Reason) {
    let failure = #expect(throws: HandmadeFrameFailure.self) { try HandmadeFrame.parse(text) }
    #expect(failure?.reason == reason)
    #expect(failure?.column == column)
    #expect(failure?.hint.isEmpty == false)
    #expect("\(failure!)".hasSuffix("(column \(column))"))
  }

  @Test func `takes the words that are offered for it`() throws {
    for word in HandmadeFrame.words {
      #expect(throws: Never.self) { try HandmadeFrame.parse(word == "length=" ? "length=5" : word) }
    }
  }

  @Test func `has the header it asks for`() throws {
    let key = MaskingKey(0x0102_0304)
    let plain = try HandmadeFrame.parse("\"hello\"")
    #expect(plain.header(role: .client) { key } == FrameHeader(opcode: .text, payloadLength: 5, maskingKey: key))
    #expect(plain.header(role: .server) { key } == FrameHeader(opcode: .text, payloadLength: 5))
    let masked = try HandmadeFrame.parse("mask=on").header(role: .server) { key }
    #expect(masked.maskingKey == key)
    let lie = try HandmadeFrame.parse("mask=off length=3 form=64 \"hello\"").header(role: .client) { key }
    #expect(lie.maskingKey == nil)
    #expect(lie.payloadLength == 3)
    #expect(lie.lengthForm == .sixtyFour)
  }

  @Test(arguments: UInt64(1)...4)
  func `of random text never traps`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let words = [
      "fin", "=", "1", " ", "opcode", "text", "mask", "length", "99999999999", "form=7", "\"", "\\", "hex", "é",
    ]
    for _ in 0..<1000 {
      let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in words.randomElement(using: &random)! }.joined()
      do { _ = try HandmadeFrame.parse(text) } catch {
        #expect(error.column >= 1 && error.column <= text.count + 1, "seed \(seed): \(text)")
      }
    }
  }
}
