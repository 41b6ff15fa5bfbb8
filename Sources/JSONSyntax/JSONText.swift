public import Bytes
import PlainText

/// Strings in JSON, escaped as little as RFC 8259 allows, or as much as a terminal needs.
public enum JSONText {
  /// Appends `text`, which is UTF-8, as a JSON string.
  /// - Parameter isForTerminal: whether all that could harm or mislead is escaped too.
  public static func append(_ text: Span<UInt8>, to output: ByteBuffer, isForTerminal: Bool = false) {
    output.append(UInt8(ascii: "\""))
    if isForTerminal, text.indices.contains(where: { text[$0] >= 0x7F }) {
      let string = unsafe text.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
      for scalar in string.unicodeScalars { append(scalar, to: output) }
    } else {
      appendPlain(text, to: output)
    }
    output.append(UInt8(ascii: "\""))
  }

  /// Appends `text` as a JSON string.
  public static func append(_ text: String, to output: ByteBuffer) {
    append(Array(text.utf8).span, to: output)
  }

  private static func appendPlain(_ text: Span<UInt8>, to output: ByteBuffer) {
    var start = 0
    for index in text.indices {
      let byte = text[index]
      guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
      output.append(text.extracting(start..<index))
      escape(byte, to: output)
      start = index + 1
    }
    output.append(text.extracting(start...))
  }

  private static func append(_ scalar: Unicode.Scalar, to output: ByteBuffer) {
    switch scalar.value {
    case 0..<0x20, 0x22, 0x5C: escape(UInt8(scalar.value), to: output)
    case 0x20..<0x7F: output.append(UInt8(scalar.value))
    default:
      let string = String(scalar)
      // A mark is escaped wherever it stands: then no row of them can grow.
      let isShown = !scalar.properties.isEmojiModifier && SafeText(string).string == string
      if isShown { output.append(string) } else { string.utf16.forEach { escapeUnit($0, to: output) } }
    }
  }

  private static func escape(_ byte: UInt8, to output: ByteBuffer) {
    let letter: UInt8
    switch byte {
    case 0x08: letter = UInt8(ascii: "b")
    case 0x09: letter = UInt8(ascii: "t")
    case 0x0A: letter = UInt8(ascii: "n")
    case 0x0C: letter = UInt8(ascii: "f")
    case 0x0D: letter = UInt8(ascii: "r")
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): letter = byte
    default: return escapeUnit(UInt16(byte), to: output)
    }
    output.append(UInt8(ascii: "\\"))
    output.append(letter)
  }

  private static func escapeUnit(_ unit: UInt16, to output: ByteBuffer) {
    output.append("\\u")
    for shift: UInt16 in [12, 8, 4, 0] { output.append(HexDigits.character(UInt8(unit >> shift & 15))) }
  }
}
