import Bytes

/// How bytes are written as hexadecimal digits in a text.
enum HexDumpLayout: Equatable {
  /// Rows of an offset, digits, and mostly characters: `xxd`, `hexdump -C`, Wireshark.
  case rows
  /// `0x81, 0x05`, or `\x81\x05`: an array or a string of a programming language.
  case prefixed
  /// Digits alone, with blanks or colons between bytes or without.
  case digits

  /// What a text is that begins with `text`; nil where it is none of these.
  static func detect(_ text: Span<UInt8>) -> HexDumpLayout? {
    if isPrefixed(text) { return .prefixed }
    let end = text.indices.first { text[$0] == 0x0A } ?? text.count
    let line = text.extracting(..<end)
    if HexDumpRow.offset(line) != nil { return .rows }
    var count = 0
    for index in line.indices {
      if HexDigits.value(line[index]) != nil { count += 1 } else if !isSeparator(line[index]) { return nil }
    }
    return count >= 2 ? .digits : nil
  }

  /// Blanks, colons, and the quotes and commas around digits.
  static func isSeparator(_ byte: UInt8) -> Bool {
    byte <= 0x20 || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "-")
  }

  /// Whether a byte with a prefix comes before anything that such a text cannot have.
  private static func isPrefixed(_ text: Span<UInt8>) -> Bool {
    for index in text.indices.prefix(2048) {
      guard text[index] == UInt8(ascii: "x"), index > 0, index + 1 < text.count else { continue }
      let isEscape = text[index - 1] == UInt8(ascii: "\\")
      // tcpdump -x writes offsets with 0x, and they end in a colon.
      let isNumber =
        text[index - 1] == UInt8(ascii: "0")
        && (index + 3 >= text.count || HexDigits.value(text[index + 2]) == nil
          || HexDigits.value(text[index + 3]) == nil)
      if isEscape || isNumber, HexDigits.value(text[index + 1]) != nil { return true }
    }
    return false
  }
}

/// A row of a dump: `00000010: 8105 4865  ..He`.
struct HexDumpRow {
  /// The number of its first byte, as it is written.
  var offset: UInt64
  var bytes: [UInt8]

  /// The offset that a row begins with, and where it ends.
  static func offset(_ line: Span<UInt8>) -> (value: UInt64, end: Int)? {
    var index = 0
    while index < line.count, line[index] == 0x20 || line[index] == 0x09 { index += 1 }
    let start = index
    var value: UInt64 = 0
    while index < line.count, let digit = HexDigits.value(line[index]) {
      value = value << 4 | UInt64(digit)
      index += 1
    }
    guard (4...16).contains(index - start) else { return nil }
    if index < line.count, line[index] == UInt8(ascii: ":") { return (value, index + 1) }
    // Without a colon two blanks follow; a last row of hexdump has nothing but its offset.
    let gap = blanks(line, index)
    return gap >= 2 ? (value, index) : nil
  }

  /// The row; nil where it begins with no offset.
  init?(_ line: Span<UInt8>) {
    guard let (offset, end) = Self.offset(line) else { return nil }
    self.offset = offset
    bytes = []
    let hasColon = line[end - 1] == UInt8(ascii: ":")
    var index = end + Self.blanks(line, end)
    while index + 1 < line.count, bytes.count < 256 {
      let start = index
      while index + 1 < line.count, let high = HexDigits.value(line[index]), let low = HexDigits.value(line[index + 1])
      {
        bytes.append(high << 4 | low)
        index += 2
      }
      let isGroup = index > start && (index == line.count || line[index] <= 0x20)
      guard isGroup else {
        // Characters may look like digits.
        bytes.removeLast((index - start) / 2)
        return
      }
      let gap = Self.blanks(line, index)
      // Behind the digits stand the characters, after a wider gap; only the middle of a row has a gap of two as well.
      if gap > 2 || gap == 2 && (hasColon || bytes.count != 8) { return }
      index += gap
    }
  }

  private static func blanks(_ line: Span<UInt8>, _ start: Int) -> Int {
    var index = start
    while index < line.count, line[index] == 0x20 || line[index] == 0x09 { index += 1 }
    return index - start
  }
}
