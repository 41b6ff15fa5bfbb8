/// What stands at one place of a screen: 8 bytes, so that rows compare as memory.
struct Cell: BitwiseCopyable, Equatable, Sendable {
  var glyph: GlyphID
  var style: StyleID
  /// 1 or 2; 0 for the right half of the wide cell on its left.
  var width: UInt8
  var flags: Flags

  struct Flags: OptionSet, BitwiseCopyable, Sendable {
    let rawValue: UInt8

    /// Terminals disagree about its width.
    static let disputed = Flags(rawValue: 1)
  }

  init(_ glyph: GlyphID, _ style: StyleID, width: UInt8 = 1, flags: Flags = []) {
    self.glyph = glyph
    self.style = style
    self.width = width
    self.flags = flags
  }

  /// A character of ASCII; the control characters that safe text may hold, newlines and tabs, are blanks.
  init(ascii byte: UInt8, _ ink: Ink) {
    let isVisible = byte > 0x20 && byte < 0x7F
    self.init(isVisible ? GlyphID(Unicode.Scalar(byte)) : .space, isVisible ? ink.style : ink.blank)
  }

  /// What an erased place shows.
  static let blank = Cell(.space, .plain)

  /// The right half of a wide cell of `style`.
  static func rightHalf(_ style: StyleID) -> Cell { Cell(.nothing, style, width: 0) }

  var isDisputed: Bool { flags.contains(.disputed) }

  /// One comparison instead of four: screens are compared cell by cell.
  static func == (first: Cell, second: Cell) -> Bool { first.bits == second.bits }

  private var bits: UInt64 { unsafeBitCast(self, to: UInt64.self) }
}
