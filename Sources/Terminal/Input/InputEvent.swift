/// What came from the terminal.
public enum InputEvent: Hashable, Sendable {
  case key(Key)
  case paste(PasteChunk)
  case mouse(Mouse)
  /// Whether the terminal's window has the focus now.
  case focus(Bool)
  /// The screen has another size; only where the terminal says so in its input (mode 2048).
  case resize(Size)
  /// An answer to something asked.
  case reply(Reply)
  /// Bytes that mean nothing here: a sequence that is not known, not ended or too long, or what is no UTF-8.
  case unknown([UInt8])
}
