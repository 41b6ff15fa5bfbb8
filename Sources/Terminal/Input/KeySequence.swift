/// The keys that are sequences: xterm's, the VT's, rxvt's, Linux's console's, kitty's.
enum KeySequence {
  /// The key of a letter that ends `CSI …` or SS3.
  static func letter(_ final: UInt8) -> Key.Code? {
    switch final {
    case UInt8(ascii: "A"): .up
    case UInt8(ascii: "B"): .down
    case UInt8(ascii: "C"): .right
    case UInt8(ascii: "D"): .left
    case UInt8(ascii: "E"): .begin
    case UInt8(ascii: "F"): .end
    case UInt8(ascii: "H"): .home
    case UInt8(ascii: "P"): .function(1)
    case UInt8(ascii: "Q"): .function(2)
    case UInt8(ascii: "R"): .function(3)
    case UInt8(ascii: "S"): .function(4)
    default: nil
    }
  }

  /// The key of `CSI number ~`.
  static func numbered(_ number: Int) -> Key.Code? {
    switch number {
    case 1, 7: .home
    case 2: .insert
    case 3: .delete
    case 4, 8: .end
    case 5: .pageUp
    case 6: .pageDown
    case 11...15: .function(number - 10)
    case 17...21: .function(number - 11)
    case 23...26: .function(number - 12)
    case 28: .function(15)
    case 29: .menu
    case 31...34: .function(number - 14)
    default: nil
    }
  }

  /// The key of SS3, from behind `ESC O`: a final byte, perhaps with a digit before it that tells what is held.
  static func singleShift(_ tail: ArraySlice<UInt8>) -> Key? {
    guard let final = tail.last else { return nil }
    let modifiers = tail.count == 2 ? Key.Modifiers(parameter: Int(tail[tail.startIndex]) - 0x30) : []
    if let code = letter(final) { return Key(code, modifiers) }
    switch final {
    case UInt8(ascii: "a")...UInt8(ascii: "d"): return letter(final - 0x20).map { Key($0, .control) }
    case UInt8(ascii: "M"): return Key(.enter, modifiers)
    case UInt8(ascii: "I"): return Key(.tab, modifiers)
    case UInt8(ascii: "X"): return .character("=", modifiers)
    // The number pad in application mode: a character's code less 0x40.
    case UInt8(ascii: "j")...UInt8(ascii: "y"): return .character(Unicode.Scalar(final - 0x40), modifiers)
    default: return nil
    }
  }

  /// The key of `CSI [ final`.
  static func console(_ final: UInt8) -> Key? {
    (UInt8(ascii: "A")...UInt8(ascii: "E")).contains(final) ? Key(.function(Int(final) - 0x40)) : nil
  }

  /// The key that a Unicode value stands for where any key can be told: kitty's `CSI u` and xterm's `CSI 27 ; m ; c ~`.
  /// - Parameter shifted: what it is with Shift, if the terminal said so.
  static func unicode(_ value: Int, shifted: Int? = nil, _ modifiers: Key.Modifiers, phase: Key.Phase = .press) -> Key?
  {
    if let code = special(value) { return Key(code, modifiers, phase: phase) }
    if let digit = numberPad(value) { return Key(.character(digit), modifiers, phase: phase) }
    guard value >= 0x20, !(0x7F..<0xA0).contains(value), !(0xE000...0xF8FF).contains(value),
      var scalar = UInt32(exactly: value).flatMap(Unicode.Scalar.init)
    else { return nil }
    var modifiers = modifiers
    if modifiers.contains(.control) {
      scalar = small(scalar)
      // As the keys that are one byte, which cannot be told apart.
      if modifiers == .control, let byte = UInt8(exactly: scalar.value), "him[".utf8.contains(byte) {
        return Key(Key.of(ascii: byte & 0x1F).code, phase: phase)
      }
    } else if modifiers.contains(.shift) {
      let other = shifted.flatMap { UInt32(exactly: $0) }.flatMap(Unicode.Scalar.init) ?? large(scalar)
      if other != scalar || small(scalar) != scalar || scalar == " " {
        scalar = other
        modifiers.remove(.shift)
      }
    }
    return Key(.character(scalar), modifiers, phase: phase)
  }

  private static func special(_ value: Int) -> Key.Code? {
    switch value {
    case 8, 127: .backspace
    case 9: .tab
    case 13, 57414: .enter
    case 27: .escape
    case 57363: .menu
    case 57376...57398: .function(value - 57363)
    case 57417: .left
    case 57418: .right
    case 57419: .up
    case 57420: .down
    case 57421: .pageUp
    case 57422: .pageDown
    case 57423: .home
    case 57424: .end
    case 57425: .insert
    case 57426: .delete
    case 57427: .begin
    default: nil
    }
  }

  /// The characters of kitty's number pad.
  private static func numberPad(_ value: Int) -> Unicode.Scalar? {
    switch value {
    case 57399...57408: Unicode.Scalar(UInt8(value - 57399) + 0x30)
    case 57409: "."
    case 57410: "/"
    case 57411: "*"
    case 57412: "-"
    case 57413: "+"
    case 57415: "="
    case 57416: ","
    default: nil
    }
  }

  private static func small(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    single(scalar.properties.lowercaseMapping) ?? scalar
  }

  private static func large(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    single(scalar.properties.uppercaseMapping) ?? scalar
  }

  private static func single(_ text: String) -> Unicode.Scalar? {
    text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
  }
}

extension Key.Modifiers {
  /// Reads the parameter of xterm and kitty: 1 and a bit for each. Caps lock and number lock do not count.
  init(parameter: Int) {
    self.init(rawValue: UInt8(truncatingIfNeeded: max(parameter, 1) - 1) & 0x3F)
  }
}

extension Key.Phase {
  /// Reads kitty's number.
  init(parameter: Int) {
    switch parameter {
    case 2: self = .repeat
    case 3: self = .release
    default: self = .press
    }
  }
}
