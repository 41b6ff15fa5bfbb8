import Terminal

/// The one key table: dispatch, hints, the help overlay, the palette and the manual read it.
public enum KeyTable {
  /// A key and what it does, as the manual shows it.
  public struct Row: Sendable {
    /// All ways to say it: `j, Down`.
    public var keys: String
    /// Where: `list, detail`.
    public var places: String
    public var summary: String
    /// What the command is called in the user's file of keys.
    public var name: String
  }

  /// The whole table, for the manual. Keys that pick connections stand in one row.
  public static var rows: [Row] {
    map.bindings.filter { binding in
      if case .connection(let number) = binding.command { number == 1 } else { true }
    }.map { binding in
      let places = Place.allCases.filter(binding.places.contains).map(\.rawValue)
      let isDigit = if case .connection = binding.command { true } else { false }
      return Row(
        keys: isDigit ? "1 to 9" : binding.allShown,
        places: places.count == Place.allCases.count ? "everywhere" : places.joined(separator: ", "),
        summary: isDigit ? "connection of that number" : binding.summary,
        name: isDigit ? "connection-1 to connection-9" : binding.command.name)
    }
  }

  typealias Binding = KeyBinding<Place, ScreenCommand>

  static let map = KeyMap(bindings)

  /// Wherever no text is written.
  private static let panes: Set<Place> = [.list, .detail, .connection]
  private static let messages: Set<Place> = [.list, .detail]

  private static let bindings: [Binding] =
    [
      Binding(["j", "Down"], panes, .next, "next"),
      Binding(["k", "Up"], panes, .previous, "previous"),
      Binding(["Space", "PageDown", "<C-f>"], panes, .pageDown, "a page down"),
      Binding(["b", "PageUp"], panes, .pageUp, "a page up"),
      Binding(["<C-d>"], panes, .halfDown, "half a page down"),
      Binding(["<C-u>"], panes, .halfUp, "half a page up"),
      Binding(["g g", "Home"], panes, .oldest, "oldest, first"),
      Binding(["G", "End"], panes, .newest, "newest, and follow; last"),
      Binding(["l", "Enter", "Right"], messages, .open, "open, unfold, next byte"),
      Binding(["h", "Left"], panes, .back, "back, fold, byte before"),
      Binding(["Esc"], Set(Place.allCases), .leave, "back to the list; a draft stays"),
      Binding(["Tab"], panes, .nextPane, "next pane"),
      Binding(["<S-Tab>"], panes.union([.composer]), .previousPane, "previous pane"),
      Binding(["]"], panes, .nextTab, "next tab of the pane"),
      Binding(["["], panes, .previousTab, "previous tab of the pane"),
      Binding(["."], messages, .nextFrame, "next frame of the message"),
      Binding(["g t"], panes, .nextConnection, "next connection"),
      Binding(["g T"], panes, .previousConnection, "previous connection"),
      Binding(["/"], messages, .search, "search: text, /expression/, 0x and digits"),
      Binding(["n"], messages, .searchNext, "next hit"),
      Binding(["N"], messages, .searchPrevious, "previous hit"),
      Binding(["f"], messages, .filter, "filter: dir:in op:text size>1k age<5m /re/ -word"),
      Binding(["F"], messages, .follow, "follow the newest, or not"),
      Binding(["p"], messages, .pause, "pause the list; all is kept"),
      Binding(["H"], messages, .heartbeats, "hide pings and pongs"),
      Binding(["t"], messages, .time, "times: clock, delta, since the start"),
      Binding(["x"], messages, .wire, "bytes as on the wire, or inflated"),
      Binding(["m"], messages, .mark, "mark; deltas count from there"),
      Binding(["'"], messages, .nextMark, "next mark"),
      Binding(["i"], panes, .compose, "write a message"),
      Binding(["e"], messages, .editResend, "edit the message and send it again"),
      Binding(["r"], messages, .resend, "send it again as it was"),
      Binding(["<C-n>"], panes.union([.composer]), .resendMany, "send what is written so many times"),
      Binding(["y y"], messages, .copyPayload, "copy the payload"),
      Binding(["y b"], messages, .copyBytes, "copy the bytes in Base64"),
      Binding(["y f"], messages, .copyFrame, "copy the frames in hexadecimal"),
      Binding(["y s"], messages, .copyStep, "copy as a script step"),
      Binding(["y c"], messages, .copyCommand, "copy as a command that sends it"),
      Binding(["y p"], messages, .copyPath, "copy the path of the JSON node"),
      Binding(["w"], messages, .save, "save to a file"),
      Binding(["z"], panes, .zoom, "zoom the pane"),
      Binding(["o"], panes, .layout, "detail beside, below or none"),
      Binding(["="], panes, .second, "second connection beside"),
      Binding(["M"], panes, .mouse, "mouse on or off"),
      Binding(["c"], panes, .connectionPane, "connection pane"),
      Binding(["g m"], panes, .merge, "messages of all connections in one list"),
      Binding(["C"], panes, .connectTo, "connect to"),
      Binding(["R"], panes, .reconnect, "reconnect"),
      Binding(["X"], panes, .close, "close with code and reason"),
      Binding(["P"], panes, .stall, "stop or resume reading the socket"),
      Binding(["g p"], panes, .ping, "send a ping"),
      Binding(["<C-o>"], [.composer], .payloadType, "what is written: text, json, hex, base64, file, frame"),
      Binding(["<C-x> <C-f>"], [.composer], .frameForm, "write one frame with its header's fields"),
      Binding(["<C-x> s"], [.composer], .saveSnippet, "keep as a snippet"),
      Binding(["<C-x> i"], [.composer], .insertSnippet, "put in a snippet"),
      Binding(["<C-x> v"], [.composer], .setVariable, "set a variable: name=value"),
      Binding([":", "F4"], panes, .palette, "all commands"),
      Binding(["?"], panes, .help, "help"),
      Binding([","], panes, .settings, "settings"),
      Binding(["F4"], [.composer], .palette, "all commands"),
      Binding(["F2"], Set(Place.allCases), .lines, "the line session again, where the screen came from one"),
      Binding(["<C-l>"], Set(Place.allCases), .redraw, "draw anew"),
      Binding(["<C-z>"], Set(Place.allCases), .suspend, "suspend"),
      Binding(["q", "<C-c>"], panes, .quit, "back, at last quit"),
    ] + (1...9).map { Binding(["\($0)"], panes, .connection($0), "connection \($0)") }
}
