/// What the terminal answered. Text in it is the terminal's own and is shown only as `SafeText`.
public enum Reply: Hashable, Sendable {
  /// DA1, which every terminal answers: the end of a batch of questions.
  case primaryAttributes([Int])
  /// DA2.
  case secondaryAttributes([Int])
  /// DECRPM: how a mode stands.
  case mode(Int, ModeState)
  /// CPR: where the cursor is.
  case cursor(Point)
  /// OSC 10, 11, 12: the colour of text (10), ground (11) or cursor (12).
  case color(Int, red: UInt8, green: UInt8, blue: UInt8)
  /// XTVERSION: what the terminal calls itself, such as `tmux 3.3a`.
  case name(String)
  /// XTGETTCAP: a capability and its value; nil if the terminal has none of that name.
  case capability(String, String?)
  /// The kitty keyboard protocol's flags that are on.
  case keyboard(Int)
  /// Mode 2031: the user changed to a dark or a light theme.
  case theme(isDark: Bool)
  /// DSR 5: the terminal is there.
  case ready

  /// How a mode stands, as DECRPM numbers it.
  public enum ModeState: Int, Hashable, Sendable {
    case unknown = 0
    case set, reset, alwaysSet, alwaysReset

    /// Whether the terminal has the mode and it can be, or is, on.
    public var isUsable: Bool { self == .set || self == .reset || self == .alwaysSet }
  }
}
