import Engine
import Inspector
import Terminal
import Trace
import WebSocketCore

/// What comes to the screen.
enum ScreenEvent {
  case input(InputEvent)
  case resized(Size)
  /// The wheel was turned over what is being written: the list moves by so many rows.
  case wheel(Int)
  /// Something happened on a connection.
  case trace(Int, TraceEvent)
  /// Something in a file happened on a connection; at the time that is given with it.
  case captured(Int, CapturedEvent)
  /// It is open, and can be sent to.
  case opened(Int)
  /// It did not come to be, and why; whether to try again makes sense.
  case failed(Int, String)
  /// It has ended or failed, and connects again after this time.
  case waiting(Int, Duration)
  /// It connects again now.
  case connecting(Int)
  /// A second has passed: how open connections stand.
  case second([Int: Snapshot])
  /// What the matcher says about the next of the payloads it was given; nil: it did not finish.
  case matched(MatchKey, Bool?)
  /// The editor of the user has ended; nil where it changed nothing.
  case edited(String?)
  /// What was being written in the line session.
  case written(String)
  /// A line for the user, such as where a file was saved.
  case told(String)

  /// How a connection stands.
  struct Snapshot {
    var statistics: Statistics
    var queuedBytes: Int
    var isStalled: Bool
  }
}

/// What the matcher was asked for.
struct MatchKey: Hashable {
  /// Whether it is for the list of all connections.
  var isMerged: Bool
  var part: MessageList.Part
  var connection: Int
}

/// What the screen wants done.
enum Effect: Equatable {
  case send(Int, Opcode, [UInt8], count: Int)
  case sendFrame(Int, HandmadeFrameText, count: Int)
  /// The content of a file, read now.
  case sendFile(Int, path: String, count: Int)
  case ping(Int)
  case close(Int, code: UInt16, reason: String)
  case reconnect(Int)
  case setReconnecting(Int, Bool)
  case stall(Int, Bool)
  case connect(String)
  /// To the clipboard.
  case copy([UInt8])
  case save(path: String, [UInt8])
  case keepSnippets
  case keepSettings
  case editExternally(String)
  /// Ask the matcher of this key about these payloads.
  case match(MatchKey, [[UInt8]])
  /// The filter or search of this key is another now: its matcher must be made anew.
  case forgetMatcher(isMerged: Bool)
  case suspend
  /// The line session again, with what is being written.
  case lines(String)
  case redraw
  case quit

  /// A hand-made frame as it was written; it is read again where it is sent.
  typealias HandmadeFrameText = String
}
