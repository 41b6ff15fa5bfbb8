import Inspector
import TerminalLoop
import WebSocketCore

/// What a line that was entered asks for.
enum EnteredLine: Equatable {
  /// To be sent as a text message.
  case message(String)
  case command(LineCommand)
}

/// A slash command with its arguments.
enum LineCommand: Equatable {
  case ping([UInt8])
  case pong([UInt8])
  /// Nil: the code and reason of the options.
  case close(CloseFrame?)
  case binary([UInt8])
  case file(String)
  case json(String)
  case fragments(size: Int, text: String)
  case frame(HandmadeFrame, source: String)
  case bytes([UInt8])
  case `repeat`(count: Int, every: Duration, text: String)
  case stopRepeating
  case show(Int?)
  case save(Int?, path: String)
  case filter(Filter?)
  case pause
  case next
  case pretty(Switch)
  case open(String)
  case reconnect(Reconnect)
  case stall(Bool)
  case drop
  case headers
  case tls
  case stats
  case escape(Switch)
  case multiline(Switch)
  case help(String?)
  case quit

  /// What a command that turns something on or off was told.
  enum Switch: Equatable {
    case on, off, other

    func applied(to isOn: Bool) -> Bool {
      switch self {
      case .on: true
      case .off: false
      case .other: !isOn
      }
    }
  }

  enum Reconnect: Equatable {
    case now, auto, off
  }
}

/// Why a line is not done: a sentence for people, and what would be right.
public struct LineFailure: Error, Equatable, Sendable {
  public var text: String
  public var hint: String?

  public init(_ text: String, hint: String? = nil) {
    self.text = text
    self.hint = hint
  }
}

extension LineFailure {
  /// What `body` gives; that a file cannot be read or written is the command's failure.
  static func of<Result>(_ body: () throws(FileFailure) -> Result) throws(LineFailure) -> Result {
    do { return try body() } catch { throw LineFailure(error.description) }
  }
}
