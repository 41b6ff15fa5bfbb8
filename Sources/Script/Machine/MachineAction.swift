public import Inspector
import JSONSyntax
public import Trace
public import WebSocketCore

/// What the machine wants done; whoever drives it does it, in this order.
public enum MachineAction: Sendable {
  /// Connects; the answer is `opened`, `refused` or `failed`.
  case connect(ConnectionNumber, ConnectRequest)
  /// Listens; the answer is `listening` or `cannotListen`.
  case listen(ServerRequest)
  /// Starts the client under test, if there is one: the servers listen.
  case startCommand
  case send(ConnectionNumber, SentPayload)
  /// Ends with RST.
  case drop(ConnectionNumber)
  /// Reads no more, to see what the peer makes of it.
  case stall(ConnectionNumber, Bool)
  /// Reads no more until messages have been taken.
  case pause(ConnectionNumber, Bool)
  /// Closes with 1000; the script has ended, or connects anew.
  case close(ConnectionNumber)
  /// Looks for an expression, away from the loop.
  case ask(PatternQuestion)
  /// Calls `advance` in the next turn: there is more to do.
  case goOn
}

/// A connection of a case, by the order in which they were made.
public typealias ConnectionNumber = Int

/// Where to connect, and how.
public struct ConnectRequest: Sendable {
  public var url: String
  public var options: [(place: SourcePlace, name: String, value: String?)]
}

/// Where and how to listen.
public struct ServerRequest: Sendable {
  public var name: String
  /// HOST:PORT; nil for a free port of this machine.
  public var address: String?
  public var subprotocols: [String]
  public var certificateFile: String?
  public var keyFile: String?
  public var deflates: Bool
}

/// What is sent.
public enum SentPayload: Equatable, Sendable {
  case message(Opcode, [UInt8])
  case fragments([UInt8], size: Int)
  case ping([UInt8])
  case pong([UInt8])
  case close(CloseCode?, reason: String)
  case frame(HandmadeFrame)
  case bytes([UInt8])
}

/// What the machine hears.
public enum MachineEvent: Sendable {
  case opened(ConnectionNumber, HandshakeAnswer)
  /// The server answered with another status than 101.
  case refused(ConnectionNumber, HTTPResponseHead, body: [UInt8])
  /// No connection came to be, in words.
  case failed(ConnectionNumber, Failure.Kind, String, hint: String?)
  case listening(server: String, url: String)
  case cannotListen(server: String, String)
  /// Something happened on an open connection.
  case trace(ConnectionNumber, TraceEvent)
  /// Whether so much waits to be sent that nothing should be added.
  case full(ConnectionNumber, Bool)
  /// What was to be sent could not be, in words.
  case unsent(ConnectionNumber, String)
  case answered(PatternQuestion, PatternAnswer)
  /// The client under test has ended, in words where it failed.
  case commandEnded(String?)
}

/// Whether an expression finds something in a text.
public struct PatternQuestion: Hashable, Sendable {
  public var pattern: String
  public var ignoresCase = false
  public var anchorsMatchLines = false
  public var dotMatchesNewlines = false
  public var text: String
}

/// What became of a question.
public enum PatternAnswer: Hashable, Sendable {
  /// The whole that was found, then its groups; nil for one that took no part.
  case found([String?])
  case notFound
  /// The matcher did not finish in time.
  case late
}
