/// Which characters are marks, hidden, emoji, and how one is read from UTF-8.
extension Escaping {
  /// Whether `scalar` is invisible, turns the direction of writing, or means nothing to any two terminals.
  static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
    // Joiners, fillers, selectors and tags that are letters or marks by category.
    default: scalar.properties.isDefaultIgnorableCodePoint
    }
  }

  /// Whether `scalar` is drawn on the character before it.
  static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    // Halfwidth voicing marks: letters by category, but parts of the character before them.
    if isHangulMark(scalar) || scalar.value == 0xFF9E || scalar.value == 0xFF9F { return true }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: return true
    default: return scalar.properties.isEmojiModifier
    }
  }

  /// Whether `scalar` is a vowel or final consonant of Hangul: no cells of its own, and any number may follow one
  /// another.
  static func isHangulMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1160...0x11FF, 0xD7B0...0xD7FF: true
    default: false
    }
  }

  /// Whether `scalar` makes one character with the next: leading consonants of Hangul, and the letters that Unicode has
  /// before the one they belong to.
  static func takesNext(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case ..<0xD4E: false
    case 0xD4E, 0x1100...0x115F, 0xA960...0xA97C, 0x111C2, 0x111C3, 0x1193F, 0x11941, 0x11A3A, 0x11A84...0x11A89,
      0x11D46, 0x11F02:
      true
    default: false
    }
  }

  /// Whether `scalar` is a picture by itself; digits and signs that only become one by a selector are not.
  static func isEmoji(_ scalar: Unicode.Scalar) -> Bool { scalar.value > 0xFF && scalar.properties.isEmoji }

  /// The character that starts at `index` and its size in bytes; nil where the bytes are no UTF-8.
  static func scalar(_ bytes: Span<UInt8>, at index: Int) -> (scalar: Unicode.Scalar, size: Int)? {
    guard index < bytes.count else { return nil }
    let first = UInt32(bytes[index])
    let (size, smallest, bits): (Int, UInt32, UInt32)
    switch first {
    case 0x00...0x7F: return (Unicode.Scalar(bytes[index]), 1)
    case 0xC2...0xDF: (size, smallest, bits) = (2, 0x80, first & 0x1F)
    case 0xE0...0xEF: (size, smallest, bits) = (3, 0x800, first & 0x0F)
    case 0xF0...0xF4: (size, smallest, bits) = (4, 0x10000, first & 0x07)
    default: return nil
    }
    guard bytes.count - index >= size else { return nil }
    var value = bits
    for offset in 1..<size {
      let byte = UInt32(bytes[index + offset])
      guard byte & 0xC0 == 0x80 else { return nil }
      value = value << 6 | byte & 0x3F
    }
    guard value >= smallest, let scalar = Unicode.Scalar(value) else { return nil }
    return (scalar, size)
  }

  /// `value` in hexadecimal, lower case, with zeros before it up to `digits`.
  static func hex(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }
}
