import JSONSyntax
import Piping
import Testing
import WebSocketCore

@Suite struct `Standard input` {
  private static let lines = InputFormat(.lines())
  private static let stripped = InputFormat(.lines(stripsCarriageReturn: true))
  private static let nulls = InputFormat(.nulls)
  private static let whole = InputFormat(.whole)
  private static let base64 = InputFormat(.lines(), coding: .base64)
  private static let hex = InputFormat(.lines(), coding: .hex)

  @Test(
    "is cut into messages",
    arguments: [
      ReaderRow("", lines, []),
      ReaderRow("\n", lines, [.text("")]),
      ReaderRow("one", lines, [.text("one")]),
      ReaderRow("one\n", lines, [.text("one")]),
      ReaderRow("one\ntwo", lines, [.text("one"), .text("two")]),
      ReaderRow("one\n\n\ntwo\n", lines, [.text("one"), .text(""), .text(""), .text("two")]),
      ReaderRow("one\r\ntwo\r\n", lines, [.text("one\r"), .text("two\r")]),
      ReaderRow("a\0b\n", lines, [.text("a\0b")]),
      ReaderRow("żółw\n🐢\n", lines, [.text("żółw"), .text("🐢")]),
      ReaderRow(
        [0xFF, 0x0A, 0x00], InputFormat(.lines(), opcode: .binary),
        [
          .message(.binary, [0xFF]), .message(.binary, [0]),
        ]),
      ReaderRow(
        "one\r\ntwo\r\r\n\r\n\nx\ry\r", stripped,
        [
          .text("one"), .text("two\r"), .text(""), .text(""), .text("x\ry\r"),
        ]),
      ReaderRow("", nulls, []),
      ReaderRow("\0", nulls, [.text("")]),
      ReaderRow("a\nb\0\0c", nulls, [.text("a\nb"), .text(""), .text("c")]),
      ReaderRow("a\r\0b\0", InputFormat(.nulls, opcode: .binary), [.binary("a\r"), .binary("b")]),
      ReaderRow("", whole, []),
      ReaderRow("\n", whole, [.text("\n")]),
      ReaderRow("a\nb\0c\n", whole, [.text("a\nb\0c\n")]),
      ReaderRow([0xFF, 0xFE], InputFormat(.whole, opcode: .binary), [.message(.binary, [0xFF, 0xFE])]),
    ])
  func forms(row: ReaderRow) { row.check() }

  @Test(
    "spells payloads in base64 and hexadecimal",
    arguments: [
      ReaderRow("Zm9v\n\r\nZg==\r\nYg==", base64, [.binary("foo"), .binary(""), .binary("f"), .binary("b")]),
      ReaderRow("Zm9v\n", InputFormat(.lines(), coding: .base64, opcode: .text), [.text("foo")]),
      ReaderRow("Zm\n9v\n", InputFormat(.whole, coding: .base64), [.binary("foo")]),
      ReaderRow("Zm\r\n9v\0Zg==", InputFormat(.nulls, coding: .base64), [.binary("foo"), .binary("f")]),
      ReaderRow(
        "00ff\nFf Fe\r\n\n 6 1\t\n", hex,
        [
          .message(.binary, [0, 0xFF]), .message(.binary, [0xFF, 0xFE]), .binary(""), .binary("a"),
        ]),
      ReaderRow("666f\n6f\n", InputFormat(.whole, coding: .hex, opcode: .text), [.text("foo")]),
      ReaderRow("\n", InputFormat(.whole, coding: .hex), [.binary("")]),
    ])
  func codings(row: ReaderRow) { row.check() }

  @Test(
    "is refused with the place of what is wrong",
    arguments: [
      ReaderRow(
        [0x61, 0x0A, 0x62, 0xFF, 0x0A, 0x63, 0x0A], lines, [.text("a")],
        InputFailure(InputPlace(.line, 2, column: 2), .invalidUTF8(0xFF))),
      ReaderRow([0xE2, 0x82, 0x0A], lines, [], InputFailure(InputPlace(.line, 1, column: 3), .incompleteUTF8)),
      ReaderRow([0xED, 0xA0, 0x80], lines, [], InputFailure(InputPlace(.line, 1, column: 2), .invalidUTF8(0xA0))),
      ReaderRow(
        [0x61, 0, 0xC0], nulls, [.text("a")],
        InputFailure(InputPlace(.record, 2, column: 1), .invalidUTF8(0xC0))),
      ReaderRow(
        [0x61, 0x0A, 0x62, 0x0A, 0x63, 0xFF], whole, [],
        InputFailure(InputPlace(.line, 3, column: 2), .invalidUTF8(0xFF))),
      ReaderRow(
        "Zm9v\nZm9!\n", base64, [.binary("foo")],
        InputFailure(InputPlace(.line, 2, column: 4), .base64(.character(0x21, offset: 3)))),
      ReaderRow("Zm9\n", base64, [], InputFailure(InputPlace(.line, 1), .base64(.length(3)))),
      ReaderRow(
        "Zh==\n", base64, [],
        InputFailure(InputPlace(.line, 1, column: 2), .base64(.trailingBits(offset: 1)))),
      ReaderRow(
        "Zm9v\nZ=9v\n", InputFormat(.whole, coding: .base64), [],
        InputFailure(InputPlace(.line, 2, column: 2), .base64(.padding(offset: 5)))),
      ReaderRow(
        "/w==\n", InputFormat(.lines(), coding: .base64, opcode: .text), [],
        InputFailure(InputPlace(.line, 1), .invalidUTF8(0xFF))),
      ReaderRow(
        "00\n0 1g\n", hex, [.message(.binary, [0])],
        InputFailure(InputPlace(.line, 2, column: 4), .notHex(0x67))),
      ReaderRow("00 1\n", hex, [], InputFailure(InputPlace(.line, 1, column: 4), .halfByte)),
    ])
  func refusals(row: ReaderRow) { row.check() }

  @Test(
    "is refused where a message is too large",
    arguments: [
      ReaderRow(
        "1234\n12345\n1\n", InputFormat(.lines(), maximumMessageSize: 4), [.text("1234")],
        InputFailure(InputPlace(.line, 2), .tooLong(limit: 4))),
      ReaderRow(
        "1234\r\n12345\r\n", InputFormat(.lines(stripsCarriageReturn: true), maximumMessageSize: 4),
        [.text("1234")], InputFailure(InputPlace(.line, 2), .tooLong(limit: 4))),
      ReaderRow(
        "12345", InputFormat(.nulls, maximumMessageSize: 4), [],
        InputFailure(InputPlace(.record, 1), .tooLong(limit: 4))),
      ReaderRow("12345", InputFormat(.whole, maximumMessageSize: 4), [], InputFailure(nil, .tooLong(limit: 4))),
      ReaderRow(
        "MTIzNA==\nMTIzNDU=\n", InputFormat(.lines(), coding: .base64, maximumMessageSize: 4),
        [.binary("1234")], InputFailure(InputPlace(.line, 2), .tooLong(limit: 4))),
      ReaderRow(
        "31 32 33 34\n3132333435\n", InputFormat(.lines(), coding: .hex, maximumMessageSize: 4),
        [.binary("1234")], InputFailure(InputPlace(.line, 2), .tooLong(limit: 4))),
      ReaderRow(
        #"{"type":"text","text":"12345"}"#, InputFormat(.jsonLines, maximumMessageSize: 4), [],
        InputFailure(InputPlace(.line, 1), .tooLong(limit: 4))),
      ReaderRow("12\n", InputFormat(.lines(), maximumMessageSize: .max), [.text("12")]),
      ReaderRow("3132\n", InputFormat(.lines(), coding: .hex, maximumMessageSize: .max), [.binary("12")]),
    ])
  func limits(row: ReaderRow) { row.check() }

  @Test func `is refused at the limit, before the line ends`() {
    var reader = MessageReader(InputFormat(.lines(), maximumMessageSize: 1000))
    let piece = [UInt8](repeating: 0x61, count: 100)
    var fed = 0
    #expect(throws: InputFailure(InputPlace(.line, 1), .tooLong(limit: 1000))) {
      while fed < 1 << 20 {
        var offset = 0
        fed += piece.count
        try piece.withUnsafeBytes { _ = try reader.next($0, &offset, isAtEnd: false) }
      }
    }
    #expect(fed <= 1100)
  }

  @Test func `is discarded after a failure`() throws {
    var reader = MessageReader(InputFormat(.lines()))
    let bad: [UInt8] = [0xFF, 0x0A, 0x61, 0x0A]
    var offset = 0
    #expect(throws: InputFailure.self) { try bad.withUnsafeBytes { _ = try reader.next($0, &offset, isAtEnd: false) } }
    let next = try bad.withUnsafeBytes { try reader.next($0, &offset, isAtEnd: false) == nil }
    #expect(next)
    #expect(offset == bad.count)
  }

  @Test func `gives binary chunks as they were read, up to the size`() {
    let format = InputFormat(.chunks(4))
    #expect(read([Array("123456789".utf8)], format).items == [.binary("1234"), .binary("5678"), .binary("9")])
    #expect(read([Array("12".utf8), [], Array("3456".utf8)], format).items == [.binary("12"), .binary("3456")])
    #expect(read([], format).items == [])
    #expect(
      read([Array("123".utf8)], InputFormat(.chunks(9), maximumMessageSize: 2)).items == [.binary("12"), .binary("3")])
  }

  @Test func `may come with its end in one call`() throws {
    var reader = MessageReader(InputFormat(.lines()))
    var items: [Item] = []
    var offset = 0
    try Array("one\ntwo".utf8).withUnsafeBytes { input in
      while let item = try reader.next(input, &offset, isAtEnd: true) { items.append(Item(item)) }
    }
    #expect(items == [.text("one"), .text("two")])
  }

  @Test func `is not copied where a line lies whole in it`() throws {
    var reader = MessageReader(InputFormat(.lines()))
    var offset = 0
    try Array("one\ntwo\n".utf8).withUnsafeBytes { input in
      _ = try reader.next(input, &offset, isAtEnd: false)
      guard case .message(_, let bytes) = try reader.next(input, &offset, isAtEnd: false) else {
        Issue.record("no second message")
        return
      }
      #expect(bytes.bytes.baseAddress == input.baseAddress.map { $0 + 4 })
      #expect(bytes.span.count == 3)
    }
  }

  @Test(
    "is described with its failure in a sentence",
    arguments: [
      (
        InputFailure(InputPlace(.line, 2, column: 3), .invalidUTF8(0xFF)),
        "standard input, line 2, column 3: byte 0xFF is not UTF-8"
      ),
      (InputFailure(nil, .tooLong(limit: 134_217_728)), "standard input: the message is larger than 128 MB"),
      (
        InputFailure(InputPlace(.record, 1, column: 1), .notHex(0x67)),
        "standard input, record 1, column 1: \"g\" is not a hexadecimal digit"
      ),
      (
        InputFailure(InputPlace(.line, 1), .event(.missing("\"type\""))),
        "standard input, line 1: the event lacks \"type\""
      ),
      (
        InputFailure(InputPlace(.line, 1, column: 9), .json(.endsEarly)),
        "standard input, line 1, column 9: the JSON ends too early"
      ),
    ])
  func sentences(failure: InputFailure, sentence: String) { #expect(failure.description == sentence) }
}
