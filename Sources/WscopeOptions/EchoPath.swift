/// What the echo server does at one path, as its manual says it.
public struct EchoPath: Hashable, Sendable {
  /// The path: `/delay`.
  public let path: String
  /// Its parameters as one would type them: `ms=500&jitter=100`; empty where it has none.
  public let parameters: String
  /// What it does.
  public let text: String

  /// A path of the echo server.
  public init(_ path: String, _ parameters: String = "", _ text: String) {
    self.path = path
    self.parameters = parameters
    self.text = text
  }

  /// The paths of the echo server.
  public static let all = [
    EchoPath("/", "fragments=keep", "Echoes each message as one frame; with the parameter, fragmented as it came."),
    EchoPath("/broadcast", "", "Sends each message to every client of this path."),
    EchoPath("/sink", "", "Takes everything and answers nothing."),
    EchoPath(
      "/blast", "count=1000&size=64&rate=100",
      "Sends so many messages of that size in bytes, so many a second. Without `count` it does not end, "
        + "without `rate` it is as fast as the client reads."
    ),
    EchoPath(
      "/delay", "ms=500&jitter=100", "Echoes each message after that many milliseconds, more or less the jitter."),
    EchoPath("/tick", "every=1s", "Sends a message at that interval."),
    EchoPath("/fragment", "size=100", "Echoes each message in fragments of at most that many bytes."),
    EchoPath("/close", "code=1011&reason=bye&after=1s", "Closes with that code and reason, after that time."),
    EchoPath("/drop", "after=1s", "Resets the connection after that time."),
    EchoPath("/stall", "", "Stops reading."),
    EchoPath("/trickle", "rate=10", "Echoes at that many bytes a second."),
    EchoPath("/ping", "every=1s", "Echoes, and sends a ping at that interval."),
    EchoPath("/silent", "", "Echoes, and leaves pings unanswered."),
    EchoPath("/status", "code=503", "Refuses the handshake with that HTTP status."),
    EchoPath("/headers", "", "Sends the head of the request as JSON, then echoes."),
    EchoPath(
      "/subprotocol", "name=chat",
      "Agrees on that subprotocol, offered or not, or on none if the name is empty; then echoes."),
    EchoPath(
      "/fault", "kind=reserved-opcode",
      "Breaks that rule of the protocol; `wscope echo --list-faults` lists all kinds."),
  ]
}
