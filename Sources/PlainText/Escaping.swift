/// The scan behind `SafeText`: UTF-8 in, harmless UTF-8 out.
struct Escaping {
  /// Marks shown on one base, joiners and selectors of an emoji among them.
  static let maximumMarks = 8
  /// Letters shown that make one character with the first, as consonants do behind a virama.
  static let maximumChain = 8

  let maximumLength: Int
  let keepsNewlines: Bool
  let keepsTabs: Bool
  private(set) var output: [UInt8] = []

  /// Characters put out.
  private var length = 0
  /// Whether a mark would stand on a character of this text, and not on what the terminal shows before it.
  private var hasBase = false
  private var marks = 0
  /// Whether the next letter makes one character with the last one, and how many have done so before.
  private var takesNext = false
  private var chain = 0
  /// Whether the last character, selectors and skin tones aside, is an emoji that a joiner may follow.
  private var isAfterEmoji = false
  private var isJoined = false

  init(maximumLength: Int, keepsNewlines: Bool, keepsTabs: Bool) {
    self.maximumLength = maximumLength
    self.keepsNewlines = keepsNewlines
    self.keepsTabs = keepsTabs
  }

  /// Escapes `bytes` up to the maximum length.
  /// - Returns: how many bytes are shown.
  mutating func append(_ bytes: Span<UInt8>) -> Int {
    var index = 0
    while index < bytes.count, length < maximumLength { index += step(bytes, at: index) }
    return index
  }

  /// Escapes the character at `index`, or the byte that is none.
  /// - Returns: its size in bytes.
  mutating func step(_ bytes: Span<UInt8>, at index: Int) -> Int {
    let byte = bytes[index]
    if byte >= 0x20, byte < 0x7F {
      keep(byte)
    } else if byte < 0x80 {
      control(byte)
    } else if let (scalar, size) = Self.scalar(bytes, at: index) {
      append(scalar, next: Self.scalar(bytes, at: index + size)?.scalar)
      return size
    } else {
      escape("\\x" + Self.hex(UInt32(byte), digits: 2))
    }
    return 1
  }

  private mutating func control(_ byte: UInt8) {
    switch byte {
    case 0x0A where keepsNewlines, 0x09 where keepsTabs:
      keep(byte)
      hasBase = false
    case 0x0A: escape("\\n")
    case 0x0D: escape("\\r")
    case 0x09: escape("\\t")
    default: escape("\\x" + Self.hex(UInt32(byte), digits: 2))
    }
  }

  private mutating func append(_ scalar: Unicode.Scalar, next: Unicode.Scalar?) {
    let isEmoji = Self.isEmoji(scalar)
    switch scalar.value {
    case 0x200D:
      // Only inside an emoji sequence; between letters it is invisible and says nothing.
      guard isAfterEmoji, marks < Self.maximumMarks, let next, Self.isEmoji(next) else { return escape(scalar) }
      keepMark(scalar)
      isJoined = true
    case 0xFE0E, 0xFE0F:
      guard hasBase, marks < Self.maximumMarks else { return escape(scalar) }
      keepMark(scalar)
    case _ where Self.isHidden(scalar): escape(scalar)
    case _ where hasBase && Self.isMark(scalar):
      guard marks < Self.maximumMarks else { return escape(scalar) }
      keepMark(scalar)
    // A terminal draws it on what stands before it, whoever wrote that: a skin tone too, though it has a picture.
    case _ where Self.isMark(scalar): escape(scalar)
    default:
      chain = takesNext ? chain + 1 : 0
      guard chain < Self.maximumChain else { return escape(scalar) }
      takesNext = Self.takesNext(scalar)
      write(scalar)
      // A chain of joined emoji is one character for a terminal: it counts as marks on the first.
      if !isJoined { marks = 0 }
      (hasBase, isAfterEmoji, isJoined) = (true, isEmoji, false)
    }
  }

  private mutating func keep(_ byte: UInt8) {
    output.append(byte)
    length += 1
    (takesNext, chain) = (false, 0)
    (hasBase, marks, isAfterEmoji, isJoined) = (true, 0, false, false)
  }

  private mutating func keepMark(_ scalar: Unicode.Scalar) {
    write(scalar)
    marks += 1
    if scalar.properties.canonicalCombiningClass == .virama { takesNext = true }
    if Self.isHangulMark(scalar) { takesNext = false }
  }

  private mutating func write(_ scalar: Unicode.Scalar) {
    output.append(contentsOf: String(scalar).utf8)
    length += 1
  }

  private mutating func escape(_ scalar: Unicode.Scalar) {
    escape(
      scalar.value > 0xFFFF
        ? "\\u{" + Self.hex(scalar.value, digits: 5) + "}" : "\\u" + Self.hex(scalar.value, digits: 4))
  }

  private mutating func escape(_ text: String) {
    output.append(contentsOf: text.utf8)
    length += text.utf8.count
    (takesNext, chain) = (false, 0)
    (hasBase, marks, isAfterEmoji, isJoined) = (false, 0, false, false)
  }
}
