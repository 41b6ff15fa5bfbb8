/// A row of what was expected beside what came.
public struct DiffRow: Equatable, Sendable {
  /// What the row says.
  public enum Kind: String, Sendable {
    /// The same on both sides.
    case same
    /// Expected, and did not come.
    case expected
    /// Came, and was not expected.
    case received
    /// Stands for what is not shown.
    case omitted
    /// Points at what differs.
    case mark
  }

  /// What it says.
  public var kind: Kind
  /// The row, without its sign; what the peer sent is not escaped.
  public var text: String

  /// A row.
  public init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }

  /// The row with its sign: `- ` is expected, `+ ` came.
  public var line: String {
    switch kind {
    case .expected: "- \(text)"
    case .received: "+ \(text)"
    case .same, .omitted, .mark: "  \(text)"
    }
  }
}
