public import PlainText

/// Text in runs of different looks.
public struct StyledText: Hashable, Sendable, CustomStringConvertible {
  /// A piece of one look.
  public struct Run: Hashable, Sendable {
    public var text: SafeText
    public var style: Style

    public init(_ text: SafeText, _ style: Style = .plain) {
      self.text = text
      self.style = style
    }
  }

  public private(set) var runs: [Run]

  /// No text.
  public init() { runs = [] }

  public init(_ text: SafeText, _ style: Style = .plain) { runs = text.string.isEmpty ? [] : [Run(text, style)] }

  /// Our own words, escaped like all others.
  public init(_ text: String, _ style: Style = .plain) { self.init(SafeText(text), style) }

  public init(_ runs: [Run]) {
    self.runs = []
    for run in runs { append(run.text, run.style) }
  }

  /// Adds `text`, to the last run if it looks the same.
  public mutating func append(_ text: SafeText, _ style: Style = .plain) {
    if text.string.isEmpty { return }
    if let last = runs.indices.last, runs[last].style == style {
      runs[last].text = runs[last].text + text
    } else {
      runs.append(Run(text, style))
    }
  }

  /// Adds our own words.
  public mutating func append(_ text: String, _ style: Style = .plain) { append(SafeText(text), style) }

  /// Adds all runs of `other`.
  public mutating func append(_ other: StyledText) {
    for run in other.runs { append(run.text, run.style) }
  }

  public static func + (first: StyledText, second: StyledText) -> StyledText {
    var joined = first
    joined.append(second)
    return joined
  }

  public static func += (first: inout StyledText, second: StyledText) { first.append(second) }

  public var isEmpty: Bool { runs.isEmpty }

  /// The text alone.
  public var string: String { runs.reduce(into: "") { $0 += $1.text.string } }

  public var description: String { string }

  /// About how many bytes it takes to write it.
  public var size: Int { runs.reduce(0) { $0 + $1.text.string.utf8.count + 10 } }

  /// How many cells it takes.
  public func width(_ widths: Widths) -> Int { runs.reduce(0) { $0 + widths.width(of: $1.text.string) } }
}
