public import Engine
public import Inspector
public import Terminal
public import Trace
import Transport
public import WebSocketCore

/// What the command line says about a line session.
public struct LineOptions {
  /// Sent as text messages when a connection opens.
  public var executes: [String] = []
  /// The Close that ends the session.
  public var closeCode = CloseCode.normal
  public var closeReason = ""
  /// Whether pings, pongs and Closes are shown.
  public var showsControl = false
  /// Whether JSON is laid out in rows; nil: where that is the custom, on a terminal with a prompt.
  public var isPretty: Bool?
  public var detail = Narrator.Detail.quiet
  public var isQuiet = false
  /// Whether the session ends with its connection: something is awaited, and nobody has to be there.
  public var endsWithConnection = false
  /// Whether all that happens is kept in a file.
  public var isCaptured = false

  public init() {}
}

/// What a session asks of the program around it.
public protocol LineSessionHost: AnyObject {
  /// The plan for another URL, with the options of the command line.
  func plan(for url: String) throws(LineFailure) -> ConnectionPlan
  /// Why there is no connection, in words: a sentence, a hint, and what a server said.
  func words(for failure: ClientFailure) -> (failure: LineFailure, details: [String])
  /// The wall clock.
  var now: UTCTime { get }
  /// Seconds that the local time is ahead of UTC.
  var timeOffset: Int { get }
  /// Whether messages should wait, because something they go to is full. `LineSession.mayReadAgain()` ends that.
  var isFull: Bool { get }
  /// A message came, before it is shown or filtered.
  func received(_ payload: Span<UInt8>)
  /// The session is over, and the terminal as it was before.
  func ended(_ end: LineEnd)
}

/// How a session is shown.
public enum LineScreen {
  /// On a terminal, with a line that is edited at its bottom.
  /// - openFullScreen: F2: hears what is being written, and lets the session stand aside.
  case terminal(ColorChoice, History, openFullScreen: ((_ draft: String) -> Void)?)
  /// As lines without escape sequences.
  case plain
}

/// How a session ended.
public enum LineEnd {
  /// The user has left, or the connection ended where that ends the session; how the last connection ended.
  case left(Verdict?)
  /// There was no connection.
  case failed(ClientFailure)
  case signal(Int32)
  /// The terminal has gone.
  case lost
}

/// Who shows a session and hears what is typed.
protocol LineView: AnyObject {
  /// Shows something above what is being written.
  func show(_ item: LineItem)
  /// What the hint says may be another.
  func hintChanged()
  /// Puts a text that could not be sent back where it was written, unless something else is written there by now.
  func restore(_ text: String)
  /// The settings have changed.
  func settingsChanged()
  /// Gives the terminal to the full screen; what is to be shown waits.
  func standAside()
  /// Takes the terminal again, shows what has waited, and goes on with this text.
  func comeBack(with draft: String) throws(SystemError)
  /// Shows what waits and gives the terminal back.
  func leave()
}
