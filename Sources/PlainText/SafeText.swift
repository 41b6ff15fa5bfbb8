/// Text that no terminal can be harmed or misled by, whoever wrote it.
///
/// Letters, emoji and CJK stay. Control characters, what is invisible or turns the direction of writing, marks without
/// a base or beyond the eighth, unassigned and private characters are shown as escapes (`\n`, `\x1b`, `\u202e`,
/// `\u{e0041}`), a byte that is no UTF-8 as `\xNN`. A backslash stays one backslash: this is for reading, not for
/// turning back.
public struct SafeText: Hashable, Sendable, CustomStringConvertible {
  /// The text, escaped.
  public private(set) var string: String

  /// How many characters are shown where nothing else is said.
  public static let defaultMaximumLength = 16_384

  /// The escaped form of `text`.
  /// - Parameters:
  ///   - maximumLength: characters shown; the rest is counted: `… 1,204 B more`.
  ///   - keepsNewlines: whether LF stays LF. CR is always escaped.
  ///   - keepsTabs: whether a tab stays a tab.
  public init(
    _ text: String, maximumLength: Int = defaultMaximumLength, keepsNewlines: Bool = false, keepsTabs: Bool = false
  ) {
    self.init(
      bytes: Array(text.utf8).span, maximumLength: maximumLength, keepsNewlines: keepsNewlines, keepsTabs: keepsTabs)
  }

  /// The escaped form of `bytes`, read as UTF-8.
  public init(
    bytes: Span<UInt8>, maximumLength: Int = defaultMaximumLength, keepsNewlines: Bool = false,
    keepsTabs: Bool = false
  ) {
    var escaping = Escaping(maximumLength: maximumLength, keepsNewlines: keepsNewlines, keepsTabs: keepsTabs)
    let shown = escaping.append(bytes)
    string = String(decoding: escaping.output, as: UTF8.self)
    if shown < bytes.count { string += Self.more(bytes.count - shown).string }
  }

  /// What `Escaping` has put out.
  init(escaped bytes: ArraySlice<UInt8>) { string = String(decoding: bytes, as: UTF8.self) }

  /// The escaped start of `bytes`, of at most `maximumLength` characters, or one more escape.
  /// - Returns: how many of the bytes it shows.
  public static func start(of bytes: Span<UInt8>, maximumLength: Int) -> (text: SafeText, count: Int) {
    var escaping = Escaping(maximumLength: maximumLength, keepsNewlines: false, keepsTabs: false)
    let count = escaping.append(bytes)
    return (SafeText(escaped: escaping.output[...]), count)
  }

  /// What stands for bytes that are not shown: `… 1,204 B more`.
  public static func more(_ count: Int) -> SafeText { SafeText("… \(Quantity.count(count)) B more") }

  /// The text, escaped.
  public var description: String { string }

  /// Two safe texts, one behind the other.
  public static func + (first: SafeText, second: SafeText) -> SafeText {
    var joined = first
    joined.string += second.string
    return joined
  }
}
