public import Transport
public import WebSocketCore

/// What a server does with a request.
public enum ServerAnswer {
  /// Upgrade, with this subprotocol and whether compression may be agreed on.
  case accept(any ConnectionHandler, subprotocol: String?, deflates: Bool)
  /// Answer with HTTP and end.
  case refuse(status: Int, headers: [HTTPHeader], body: String)
}

/// Accepts WebSocket connections and asks its owner what each is for.
public final class Server {
  public struct Options: Sendable {
    public var settings = ConnectionSettings()
    /// Connections at a time, unfinished handshakes included.
    public var maximumConnections = 10_000
    /// For TLS and the opening handshake together.
    public var handshakeTimeout = Duration.seconds(10)
    public var handshake = ServerHandshakeOptions()

    public init() {}
  }

  public let context: ConnectionContext
  public let options: Options
  private let tls: TLSContext?
  /// Chooses the answer to a request; the second value is nil for plain HTTP.
  private let choose: (HTTPRequestHead, UpgradeRequest?) -> ServerAnswer
  /// Gives a connection, by its number and its peer's address, somebody who listens to it.
  public var observe: ((_ number: Int, _ peer: String) -> (any Tap)?)?
  /// Hears that every opening handshake that had begun is over.
  public var settled: (() -> Void)?
  private var listeners: [Listener] = []
  let roster = Roster()
  private var greetings: [ObjectIdentifier: ServerGreeting] = [:]
  private var accepted = 0
  private var whenEmpty: (() -> Void)?

  public init(
    context: ConnectionContext, options: Options, tls: TLSContext?,
    choose: @escaping (HTTPRequestHead, UpgradeRequest?) -> ServerAnswer
  ) {
    self.context = context
    self.options = options
    self.tls = tls
    self.choose = choose
  }

  deinit {
    for listener in listeners { listener.close() }
  }

  /// Listens on `address`.
  /// - Returns: the address with the port that the system picked.
  public func listen(on address: SocketAddress) throws(SystemError) -> SocketAddress {
    let listener = try Listener(loop: context.loop, address: address, backlog: 4096)
    listener.accepted = { [unowned self] stream in adopt(stream) }
    listeners.append(listener)
    return listener.address
  }

  /// Serves a stream, as if it had been accepted.
  public func adopt(_ stream: any ByteStream) {
    var served = stream
    if let tls { served = TLSStream(over: stream, context: tls, loop: context.loop, serverName: nil) }
    let greeting = ServerGreeting(stream: served, server: self)
    greetings[ObjectIdentifier(greeting)] = greeting
    greeting.start(refusing: connectionCount > options.maximumConnections)
  }

  /// Connections now, unfinished handshakes included.
  public var connectionCount: Int { roster.connections.count + greetings.count }

  /// Accepts nobody any more, closes every connection with 1001 and calls `done` when all have gone.
  public func shutDown(within limit: Duration, done: @escaping () -> Void) {
    for listener in listeners { listener.close() }
    listeners = []
    for greeting in greetings.values { greeting.abandon() }
    whenEmpty = done
    for connection in roster.connections { try? connection.close(.goingAway, within: limit) }
    reportEmpty()
  }

  func answer(_ head: HTTPRequestHead, _ upgrade: UpgradeRequest?) -> ServerAnswer { choose(head, upgrade) }

  /// Somebody who listens to the next connection.
  func nextTap(_ stream: any ByteStream) -> (any Tap)? {
    accepted += 1
    return observe?(accepted, stream.peerAddress)
  }

  func opened(_ connection: Connection) {
    roster.add(connection, of: self)
  }

  func finished(_ greeting: ServerGreeting) {
    greetings[ObjectIdentifier(greeting)] = nil
    if greetings.isEmpty { settled?() }
    reportEmpty()
  }

  func left(_ connection: Connection) {
    roster.remove(connection)
    reportEmpty()
  }

  private func reportEmpty() {
    guard connectionCount == 0, let whenEmpty else { return }
    self.whenEmpty = nil
    whenEmpty()
  }
}
