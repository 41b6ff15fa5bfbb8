import Glibc
import Synchronization

/// One thing a `RawServer` does.
public enum RawStep: Sendable {
  /// Reads the request's head.
  case head
  /// Sends text as it is, with `{accept}` replaced by the right answer to the request's key, and bytes behind it.
  case answer(String, followedBy: [UInt8] = [])
  case send([UInt8])
  /// Sends one byte at a time, with a pause behind each.
  case drip([UInt8], every: Duration)
  /// Sends the same bytes so often, unless the peer goes first.
  case flood([UInt8], times: Int)
  case pause(Duration)
  /// Reads until this many bytes have come behind the head.
  case receive(Int)
  /// Reads until a Close has come whole, or the peer's end.
  case receiveClose
  /// Reads until the peer's end.
  case receiveEnd
  /// Sends our FIN.
  case finish
  /// Ends the connection by RST.
  case reset

  /// Reads the head and accepts the connection, as a good server does.
  public static func handshake(_ headers: String = "") -> [RawStep] {
    [
      .head,
      .answer(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Accept: {accept}\r\n" + headers + "\r\n"),
    ]
  }
}

/// What a `RawServer` saw.
public struct RawConversation: Sendable {
  public enum Ending: Equatable, Sendable { case fin, broken, limit }

  public var head = ""
  /// All bytes behind the head.
  public var received: [UInt8] = []
  public var wasAccepted = false
  /// How the peer ended it, as far as we read.
  public var ending: Ending?
  /// The steps were carried out to the last; otherwise the peer had gone, or a limit was hit.
  public var isComplete = false

  /// The whole frames in what came.
  public var frames: [RawFrame] { RawFrame.read(received).frames }
  /// The first Close.
  public var close: RawFrame? { frames.first { $0.opcode == 8 } }
}

/// A server of one connection on its own thread that does what its steps say, lawful or not.
public final class RawServer: Sendable {
  public let port: UInt16
  private let seen: Result
  private let thread: Background

  private final class Result: Sendable {
    let conversation = Mutex(RawConversation())
  }

  /// `limit` bounds each wait for the peer; a small buffer makes the peer soon feel that nobody reads.
  public init(_ steps: [RawStep], limit: Duration = .seconds(20), hasSmallBuffer: Bool = false) throws {
    let listener = try RawListener()
    if hasSmallBuffer { shrinkReceiveBuffer(of: listener.descriptor) }
    let seen = Result()
    self.seen = seen
    port = listener.port
    thread = Background {
      let conversation = Self.converse(listener, steps, limit)
      seen.conversation.withLock { $0 = conversation }
    }
  }

  public var url: String { "ws://127.0.0.1:\(port)/" }

  /// Waits until the steps are done, and gives what was seen.
  public func finish() -> RawConversation {
    thread.join()
    return seen.conversation.withLock { $0 }
  }

  private static func converse(_ listener: RawListener, _ steps: [RawStep], _ limit: Duration) -> RawConversation {
    var seen = RawConversation()
    guard let socket = listener.accept(limit: limit) else { return seen }
    seen.wasAccepted = true
    for step in steps {
      guard perform(step, socket, limit, &seen) else { return seen }
    }
    seen.isComplete = true
    return seen
  }

  private static func perform(
    _ step: RawStep, _ socket: RawSocket, _ limit: Duration, _ seen: inout RawConversation
  ) -> Bool {
    switch step {
    case .head: return readHead(socket, limit, &seen)
    case .answer(let text, let bytes):
      let answer = acceptKey(for: header("sec-websocket-key", in: seen.head) ?? "")
      return socket.send(Array(replacing("{accept}", by: answer, in: text).utf8) + bytes)
    case .send(let bytes): return socket.send(bytes)
    case .drip(let bytes, let pause):
      return bytes.allSatisfy { byte in
        Background.sleep(pause)
        return socket.send([byte])
      }
    case .flood(let bytes, let times): return (0..<times).allSatisfy { _ in socket.send(bytes, limit: limit) }
    case .pause(let time):
      Background.sleep(time)
      return true
    case .receive(let count): return read(socket, limit, &seen) { $0.received.count >= count }
    case .receiveClose: return read(socket, limit, &seen) { $0.close != nil }
    case .receiveEnd: return read(socket, limit, &seen) { $0.ending != nil }
    case .finish:
      socket.finish()
      return true
    case .reset:
      socket.resetAtClose()
      return true
    }
  }

  private static func readHead(_ socket: RawSocket, _ limit: Duration, _ seen: inout RawConversation) -> Bool {
    let end = Array("\r\n\r\n".utf8)
    guard read(socket, limit, &seen, until: { contains($0.received, end) != nil }),
      let split = contains(seen.received, end)
    else { return false }
    seen.head = seen.received[..<split].text
    seen.received.removeFirst(split + 4)
    return true
  }

  private static func read(
    _ socket: RawSocket, _ limit: Duration, _ seen: inout RawConversation, until isDone: (RawConversation) -> Bool
  ) -> Bool {
    while !isDone(seen) {
      guard seen.ending == nil else { return false }
      switch socket.receive(limit: limit) {
      case .bytes(let bytes): seen.received += bytes
      case .end: seen.ending = .fin
      case .broken: seen.ending = .broken
      case .nothing: seen.ending = .limit
      }
    }
    return true
  }
}

/// The value of a header in a head's text, its name in lower case.
public func header(_ name: String, in head: String) -> String? {
  for line in head.split(separator: "\r\n").dropFirst() {
    let parts = line.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == name else { continue }
    return String(parts[1].drop { $0 == " " })
  }
  return nil
}

/// Text with every occurrence of `name` replaced.
public func replacing(_ name: String, by value: String, in text: String) -> String {
  guard !name.isEmpty else { return text }
  var result = ""
  var rest = text[...]
  while let range = rest.firstRange(of: name) {
    result += rest[..<range.lowerBound] + value
    rest = rest[range.upperBound...]
  }
  return result + rest
}

/// Where the first occurrence of `part` begins.
public func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Int? {
  guard bytes.count >= part.count else { return nil }
  return (0...bytes.count - part.count).first { bytes[$0..<$0 + part.count].elementsEqual(part) }
}
