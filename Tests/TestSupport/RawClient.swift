/// A client that says what it is told to say: for servers under test.
public final class RawClient {
  public let socket: RawSocket
  /// The answer's head, once one came.
  public private(set) var head = ""
  /// All bytes behind the head (or all, as long as there is none).
  public private(set) var received: [UInt8] = []
  /// How the server ended it, as far as we read.
  public private(set) var ending: RawConversation.Ending?

  public init(port: UInt16) throws { socket = try RawSocket(port: port) }

  /// Connects to the address of a URL such as `ws://127.0.0.1:41234/`.
  public convenience init(url: String) throws {
    let address = url.split(separator: "/").dropFirst().first ?? ""
    guard let port = address.split(separator: ":").last.flatMap({ UInt16($0) }) else {
      throw SystemCallFailure("no port in \(url)", code: 0)
    }
    try self.init(port: port)
  }

  /// A good opening request.
  public static func request(_ resource: String = "/", _ headers: String = "") -> String {
    "GET \(resource) HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" + headers + "\r\n"
  }

  /// Opens a connection as a good client does; whether it was accepted.
  public func open(_ resource: String = "/", _ headers: String = "") -> Bool {
    socket.send(Array(Self.request(resource, headers).utf8))
    return readHead() && head.hasPrefix("HTTP/1.1 101 ")
      && header("sec-websocket-accept", in: head) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
  }

  /// Sends frames, in one piece.
  @discardableResult
  public func send(_ frames: RawFrame...) -> Bool { socket.send(frames.flatMap(\.bytes)) }

  /// The frames that have come whole.
  public var frames: [RawFrame] { RawFrame.read(received).frames }
  /// The first Close that has come.
  public var close: RawFrame? { frames.first { $0.opcode == 8 } }

  /// Reads a head.
  @discardableResult
  public func readHead(limit: Duration = .seconds(10)) -> Bool {
    let end = Array("\r\n\r\n".utf8)
    read(limit: limit) { contains($0.received, end) != nil }
    guard let split = contains(received, end) else { return false }
    head = received[..<split].text
    received.removeFirst(split + 4)
    return true
  }

  /// Reads until `isDone`, the server's end, or the limit; whether it is done.
  @discardableResult
  public func read(limit: Duration = .seconds(10), until isDone: (RawClient) -> Bool) -> Bool {
    let deadline = ContinuousClock.now + limit
    while !isDone(self) {
      guard ending == nil, ContinuousClock.now < deadline else { return false }
      switch socket.receive(limit: deadline - .now) {
      case .bytes(let bytes): received += bytes
      case .end: ending = .fin
      case .broken: ending = .broken
      case .nothing: return false
      }
    }
    return true
  }

  /// Reads to the server's end; whether there was one.
  @discardableResult
  public func readToEnd(limit: Duration = .seconds(10)) -> Bool { read(limit: limit) { $0.ending != nil } }
}
