import PlainText

/// Text that came in one piece.
enum Pasted {
  /// Rows of 80 columns above which it is shown as one block.
  static let maximumRows = 20

  /// The text of `bytes`. Terminals send CR for a newline, some CR LF: each is a newline.
  static func text(of bytes: [UInt8]) -> String {
    guard bytes.contains(0x0D) else { return String(decoding: bytes, as: UTF8.self) }
    var lines: [UInt8] = []
    lines.reserveCapacity(bytes.count)
    var isAfterReturn = false
    for byte in bytes {
      if !(isAfterReturn && byte == 0x0A) { lines.append(byte == 0x0D ? 0x0A : byte) }
      isAfterReturn = byte == 0x0D
    }
    return String(decoding: lines, as: UTF8.self)
  }

  /// What of `text` may be searched for.
  static func firstLine(of text: String) -> String { String(text.prefix { $0 != "\n" }.prefix(200)) }

  /// Whether `text` would fill more than `maximumRows`.
  static func isLong(_ text: String) -> Bool {
    var rows = 1
    var column = 0
    for byte in text.utf8 {
      if byte == 0x0A || column == 79 {
        rows += 1
        column = 0
      }
      if byte != 0x0A { column += 1 }
      if rows > maximumRows { return true }
    }
    return false
  }

  /// What stands for a text of `size` bytes with `newlines` in it.
  static func label(newlines: Int, size: Int) -> String {
    let lines = newlines + 1
    return "[pasted \(Quantity.count(lines)) \(lines == 1 ? "line" : "lines"), \(Quantity.bytes(size))]"
  }
}

/// Ctrl-V: the character that a key sends.
enum QuotedKey {
  static func text(of key: Key) -> String? {
    switch key.code {
    case .character(let scalar) where key.modifiers == .control:
      switch scalar {
      case "a"..."z": String(Unicode.Scalar(UInt8(ascii: scalar) - 0x60))
      case "@", " ", "2": "\0"
      case "[": "\u{1B}"
      case "\\": "\u{1C}"
      case "]": "\u{1D}"
      case "^": "\u{1E}"
      case "_", "/": "\u{1F}"
      case "?": "\u{7F}"
      default: nil
      }
    case .character: key.text
    case .enter where key.modifiers.isEmpty: "\r"
    case .tab where key.modifiers.isEmpty: "\t"
    case .escape where key.modifiers.isEmpty: "\u{1B}"
    case .backspace where key.modifiers.isEmpty: "\u{7F}"
    default: nil
    }
  }
}
