public import PlainText

/// What a piece of text is; screens map it to a style.
public enum TextRole: Hashable, Sendable, CaseIterable {
  /// Nothing in particular.
  case plain
  /// The name of a member in JSON.
  case key
  /// A string in JSON.
  case string
  /// A number.
  case number
  /// `true`, `false`, `null`.
  case literal
  /// Brackets, commas, colons.
  case punctuation
  /// A place in a payload, in hexadecimal.
  case offset
  /// What stands for something that is not shown.
  case dimmed
  /// Bytes of a frame's header.
  case header
  /// Bytes of a masking key.
  case mask
  /// Bytes of a payload.
  case payload
  /// Something wrong.
  case error
}

/// A row of text whose pieces have roles.
public struct RoleText: Equatable, Sendable {
  /// A piece with one role.
  public struct Run: Equatable, Sendable {
    /// Its text.
    public var text: SafeText
    /// What it is.
    public var role: TextRole

    /// A piece.
    public init(_ text: SafeText, _ role: TextRole) {
      self.text = text
      self.role = role
    }
  }

  /// The pieces from left to right, neighbours of different roles.
  public private(set) var runs: [Run] = []

  /// An empty row.
  public init() {}

  /// A row of one role.
  public init(_ text: SafeText, _ role: TextRole = .plain) {
    append(text, role)
  }

  /// The text without roles.
  public var string: String { runs.reduce(into: "") { $0 += $1.text.string } }

  /// Adds a piece at the right.
  public mutating func append(_ text: SafeText, _ role: TextRole = .plain) {
    if let last = runs.indices.last, runs[last].role == role {
      runs[last].text = runs[last].text + text
    } else if !text.string.isEmpty {
      runs.append(Run(text, role))
    }
  }

  /// Adds another row's pieces at the right.
  public mutating func append(_ other: RoleText) {
    for run in other.runs { append(run.text, run.role) }
  }

  /// The row in at most `width` cells of a terminal; where it does not fit or there is more, the last one is an
  /// ellipsis.
  public func cut(to width: Int, isMore: Bool = false, widths: Widths = Widths()) -> RoleText {
    var cut = RoleText()
    var left = max(0, width)
    for (index, run) in runs.enumerated() {
      let text = run.text.string
      let count = widths.width(of: text)
      if count > left || count == left && (isMore || index + 1 < runs.count) {
        guard left > 0 else { return cut }
        let end = widths.fit(text[...], columns: left - 1).end
        cut.append(SafeText(String(text[..<end]), maximumLength: .max), run.role)
        cut.append(SafeText("…"), .dimmed)
        return cut
      }
      cut.append(run.text, run.role)
      left -= count
    }
    if isMore, left > 0 { cut.append(SafeText("…"), .dimmed) }
    return cut
  }

  /// The row that stands for rows that are not shown.
  static func more(rows: Int) -> RoleText {
    RoleText(SafeText("… \(Quantity.count(rows, "more row"))"), .dimmed)
  }
}
