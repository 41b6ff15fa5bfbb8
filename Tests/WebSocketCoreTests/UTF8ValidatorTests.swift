import Testing
import WebSocketCore

@Suite struct `The UTF-8 validator` {
  struct Row: Sendable, CustomStringConvertible {
    var bytes: [UInt8]
    /// Offset of the first bad byte.
    var bad: Int?
    var isComplete = true
    var description: String { hex(bytes) }
  }

  /// RFC 3629, section 4; RFC 6455, section 8.1.
  static let rows: [Row] = [
    Row(bytes: [], bad: nil),
    Row(bytes: Array("Hello-µ@ßöäüàá-UTF-8!! κόσμε 日本語 😀".utf8), bad: nil),
    Row(bytes: [0x00, 0x7F], bad: nil),
    Row(bytes: [0xEF, 0xBB, 0xBF], bad: nil),  // a byte order mark is a character
    Row(bytes: [0xC2, 0x80], bad: nil),
    Row(bytes: [0xDF, 0xBF], bad: nil),
    Row(bytes: [0xE0, 0xA0, 0x80], bad: nil),
    Row(bytes: [0xED, 0x9F, 0xBF], bad: nil),
    Row(bytes: [0xEE, 0x80, 0x80], bad: nil),
    Row(bytes: [0xEF, 0xBF, 0xBF], bad: nil),
    Row(bytes: [0xF0, 0x90, 0x80, 0x80], bad: nil),
    Row(bytes: [0xF4, 0x8F, 0xBF, 0xBF], bad: nil),
    Row(bytes: [0x80], bad: 0),
    Row(bytes: [0x41, 0xBF], bad: 1),
    Row(bytes: [0xC0, 0x80], bad: 0),  // overlong
    Row(bytes: [0xC1, 0xBF], bad: 0),
    Row(bytes: [0xE0, 0x9F, 0xBF], bad: 1),
    Row(bytes: [0xF0, 0x8F, 0xBF, 0xBF], bad: 1),
    Row(bytes: [0xED, 0xA0, 0x80], bad: 1),  // surrogates
    Row(bytes: [0xED, 0xBF, 0xBF], bad: 1),
    Row(bytes: [0xF4, 0x90, 0x80, 0x80], bad: 1),  // past U+10FFFF
    Row(bytes: [0xF5, 0x80, 0x80, 0x80], bad: 0),
    Row(bytes: [0xFE], bad: 0),
    Row(bytes: [0xFF], bad: 0),
    Row(bytes: [0xC2, 0x41], bad: 1),
    Row(bytes: [0xE1, 0x80, 0x41], bad: 2),
    Row(bytes: [0xF1, 0x80, 0x80, 0xC2], bad: 3),
    Row(bytes: [0xC2], bad: nil, isComplete: false),
    Row(bytes: [0xE1, 0x80], bad: nil, isComplete: false),
    Row(bytes: [0xF0, 0x90, 0x80], bad: nil, isComplete: false),
    Row(bytes: Array(repeating: 0x61, count: 100) + [0xCE, 0xBA, 0xED, 0xA0, 0x80], bad: 103),
  ]

  @Test("finds the first bad byte", arguments: rows)
  func whole(row: Row) {
    var validator = UTF8Validator()
    #expect(validator.validate(row.bytes.span) == row.bad)
    if row.bad == nil { #expect(validator.isComplete == row.isComplete) }
  }

  @Test("finds it byte by byte, as soon as it comes", arguments: rows)
  func byteByByte(row: Row) {
    var validator = UTF8Validator()
    for (index, byte) in row.bytes.enumerated() {
      let bad = validator.validate([byte].span)
      #expect(bad == (index == row.bad ? index : nil))
      if bad != nil { return }
    }
    #expect(validator.isComplete == row.isComplete)
  }

  @Test("finds it at every cut", arguments: rows)
  func cut(row: Row) {
    for cut in 0...row.bytes.count {
      var validator = UTF8Validator()
      let first = validator.validate(row.bytes.span.extracting(0..<cut))
      #expect((first ?? validator.validate(row.bytes.span.extracting(cut...))) == row.bad, "cut at \(cut)")
    }
  }

  @Test("finds it with bytes following", arguments: rows)
  func followed(row: Row) {
    guard row.isComplete else { return }
    var validator = UTF8Validator()
    let bytes = row.bytes + Array("more, and more, and more".utf8)
    #expect(validator.validate(bytes.span) == row.bad)
  }

  /// A plain decoder of RFC 3629, section 4: the offset of the byte that no character can have there.
  private func reference(_ bytes: [UInt8]) -> Int? {
    var at = 0
    while at < bytes.count {
      let ranges: [ClosedRange<UInt8>]
      switch bytes[at] {
      case 0x00...0x7F: ranges = []
      case 0xC2...0xDF: ranges = [0x80...0xBF]
      case 0xE0: ranges = [0xA0...0xBF, 0x80...0xBF]
      case 0xED: ranges = [0x80...0x9F, 0x80...0xBF]
      case 0xE1...0xEF: ranges = [0x80...0xBF, 0x80...0xBF]
      case 0xF0: ranges = [0x90...0xBF, 0x80...0xBF, 0x80...0xBF]
      case 0xF1...0xF3: ranges = [0x80...0xBF, 0x80...0xBF, 0x80...0xBF]
      case 0xF4: ranges = [0x80...0x8F, 0x80...0xBF, 0x80...0xBF]
      default: return at
      }
      for (index, range) in ranges.enumerated() where at + 1 + index < bytes.count {
        if !range.contains(bytes[at + 1 + index]) { return at + 1 + index }
      }
      at += 1 + ranges.count
    }
    return nil
  }

  @Test("agrees with a plain decoder on random text", arguments: [1, 2, 3, 4])
  func randomised(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let characters: [[UInt8]] = ["a", "0123456789abcdefghij", "é", "日", "😀", "\u{7FF}", "\u{800}", "\u{FFFF}"].map {
      Array($0.utf8)
    }
    for round in 0..<3000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 0..<20, using: &random) { bytes += characters.randomElement(using: &random) ?? [] }
      if !bytes.isEmpty, Bool.random(using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0x70...0xFF, using: &random)
      }
      let cut = Int.random(in: 0...bytes.count, using: &random)
      var validator = UTF8Validator()
      let first = validator.validate(bytes.span.extracting(0..<cut))
      let bad = first ?? validator.validate(bytes.span.extracting(cut...))
      #expect(bad == reference(bytes), "seed \(seed), round \(round): \(hex(bytes))")
    }
  }

  @Test func `starts over when reset`() {
    var validator = UTF8Validator()
    #expect(validator.validate([0x61, 0xC2].span) == nil)
    validator.reset()
    #expect(validator.isComplete && validator.validCount == 0)
    #expect(validator.validate([0x61].span) == nil)
  }
}
