/// The width class of each scalar, as PlainText's `WidthClass` numbers them.
struct WidthClasses {
  private static let (narrow, wide, zero, ambiguous) = (UInt8(0), UInt8(1), UInt8(2), UInt8(3))

  private var classes = [UInt8](repeating: narrow, count: 0x110000)

  init() {
    // What is not assigned there yet will be ideographs (the notes in EastAsianWidth.txt).
    for range in [0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2FFFD, 0x30000...0x3FFFD] {
      set(range, Self.wide)
    }
  }

  mutating func readEastAsianWidth(_ line: DataFile.Line) {
    switch line.value {
    case "W", "F": set(line.range, Self.wide)
    case "A": set(line.range, Self.ambiguous)
    default: break
    }
  }

  mutating func readEmoji(_ line: DataFile.Line) {
    if line.value == "Emoji_Presentation" { set(line.range, Self.wide) }
  }

  mutating func readCategory(_ line: DataFile.Line) {
    if ["Mn", "Me", "Cf", "Cc"].contains(line.value) { set(line.range, Self.zero) }
  }

  /// Where terminals do something else than the properties say.
  mutating func applyTerminalRules() {
    // Vowels and final consonants join the syllable before them.
    set(0x1160...0x11FF, Self.zero)
    set(0xD7B0...0xD7FF, Self.zero)
    // Soft hyphen: drawn as a hyphen.
    set(0xAD...0xAD, Self.narrow)
    // Regional indicators: one cell each, a flag of two in two.
    set(0x1F1E6...0x1F1FF, Self.narrow)
  }

  /// Where each run of one class begins, with the class in the two lowest bits.
  var runs: [UInt32] {
    var runs = [UInt32]()
    for (scalar, value) in classes.enumerated() where scalar == 0 || classes[scalar - 1] != value {
      runs.append(UInt32(scalar) << 2 | UInt32(value))
    }
    return runs
  }

  private mutating func set(_ range: ClosedRange<Int>, _ value: UInt8) {
    for scalar in range { classes[scalar] = value }
  }
}
