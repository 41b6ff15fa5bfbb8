/// How text looks.
public struct Style: Hashable, Sendable {
  public var foreground: Color
  public var background: Color
  public var attributes: Attributes

  public init(foreground: Color = .standard, background: Color = .standard, _ attributes: Attributes = []) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  /// As the terminal writes when nothing is said.
  public static let plain = Style()

  /// What is not colour.
  public struct Attributes: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let bold = Attributes(rawValue: 1)
    public static let dim = Attributes(rawValue: 2)
    public static let italic = Attributes(rawValue: 4)
    public static let underline = Attributes(rawValue: 8)
    public static let reverse = Attributes(rawValue: 16)
    public static let strikethrough = Attributes(rawValue: 32)
  }

  /// The same on or off these colours.
  public func with(foreground: Color? = nil, background: Color? = nil) -> Style {
    Style(foreground: foreground ?? self.foreground, background: background ?? self.background, attributes)
  }

  /// The same with `added` as well.
  public func with(_ added: Attributes) -> Style {
    Style(foreground: foreground, background: background, attributes.union(added))
  }

  /// The same without `removed`.
  public func without(_ removed: Attributes) -> Style {
    Style(foreground: foreground, background: background, attributes.subtracting(removed))
  }

  /// The same in colours that a terminal of `depth` can show.
  public func limited(to depth: ColorDepth) -> Style {
    Style(foreground: foreground.limited(to: depth), background: background.limited(to: depth), attributes)
  }
}
