public import Bytes
public import Terminal

/// Hears what happens on a terminal, and draws on it. Inside any call the terminal may be drawn on, changed or left;
/// after it is left no call follows.
public protocol TerminalHandler: AnyObject {
  /// A key, a paste, the mouse, the focus, or bytes that mean nothing.
  func terminal(_ terminal: TerminalDriver, received event: InputEvent)
  /// Draws a frame: appends to `frame` what changes the screen into what it should be now. Called after
  /// `setNeedsFrame()`, once the last frame has been written.
  func terminalDraws(_ terminal: TerminalDriver, into frame: ByteBuffer)
  /// The terminal is about to be given back, for a stop, for another program or for good: appends what the screen needs
  /// for it, such as a prompt erased.
  func terminalParts(_ terminal: TerminalDriver, into frame: ByteBuffer)
  /// The screen has another size.
  func terminalResized(_ terminal: TerminalDriver)
  /// The terminal has told more about itself: `capabilities` is different.
  func terminalLearned(_ terminal: TerminalDriver)
  /// The terminal is ours again. What was drawn is gone or is not the last on it, and the size may be another.
  func terminalResumed(_ terminal: TerminalDriver)
  /// SIGINT, SIGTERM or SIGHUP came: the program is to end. The terminal is still to be left.
  func terminal(_ terminal: TerminalDriver, signaled number: Int32)
  /// The terminal has gone. It is left already; the exit status is that of SIGHUP, 129.
  func terminalLost(_ terminal: TerminalDriver)
}
