public import Transport
import WebSocketCore

/// A server that behaves as the path asks, so that clients can be tested against every situation.
public final class EchoServer {
  public typealias Options = Server.Options

  /// The paths that mean something; the manual's table says what.
  public static let paths: Set = [
    "/", "/broadcast", "/sink", "/blast", "/delay", "/tick", "/fragment", "/close", "/drop", "/stall", "/trickle",
    "/ping",
    "/silent", "/status", "/headers", "/subprotocol", "/fault",
  ]

  private let context: ConnectionContext
  private let index: String
  private let room = Room()
  private let echo = EchoHandler()
  private let silence = SinkHandler()
  private var server: Server!

  /// - Parameters:
  ///   - tls: makes it a `wss:` server.
  ///   - index: what `GET /` answers.
  public init(context: ConnectionContext, options: Options, tls: TLSContext? = nil, index: String = "") {
    self.context = context
    self.index = index
    server = Server(context: context, options: options, tls: tls) { [weak self] head, upgrade in
      guard let self else { return .refuse(status: 503, headers: [], body: "the server has gone\n") }
      return upgrade.map(behaviour(for:)) ?? page(for: head)
    }
  }

  /// Gives a connection, by its number and its peer's address, somebody who listens to it.
  public var observe: ((_ number: Int, _ peer: String) -> (any Tap)?)? {
    get { server.observe }
    set { server.observe = newValue }
  }

  /// Hears that every opening handshake that had begun is over.
  public var settled: (() -> Void)? {
    get { server.settled }
    set { server.settled = newValue }
  }

  /// Listens on `address`.
  /// - Returns: the address with the port that the system picked.
  public func listen(on address: SocketAddress) throws(SystemError) -> SocketAddress {
    try server.listen(on: address)
  }

  /// Serves a stream, as if it had been accepted.
  public func adopt(_ stream: any ByteStream) {
    server.adopt(stream)
  }

  /// Closes every connection with 1001 and calls `done` when all have gone.
  public func shutDown(within limit: Duration, done: @escaping () -> Void) {
    server.shutDown(within: limit, done: done)
  }

  /// Connections now, unfinished handshakes included.
  public var connectionCount: Int { server.connectionCount }

  private func page(for head: HTTPRequestHead) -> ServerAnswer {
    guard head.method == "GET" || head.method == "HEAD" else {
      return .refuse(status: 405, headers: [HTTPHeader("Allow", "GET, HEAD")], body: "only GET and HEAD are answered\n")
    }
    let path = (head.resource ?? head.target).prefix { $0 != "?" }
    switch path {
    case "/": return .refuse(status: 200, headers: [], body: index)
    case "/healthz":
      return .refuse(status: 200, headers: [], body: "ok\n")
    case _ where Self.paths.contains(String(path)):
      return .refuse(
        status: 426,
        headers: [
          HTTPHeader("Upgrade", "websocket"), HTTPHeader("Connection", "Upgrade, close"),
          HTTPHeader("Sec-WebSocket-Version", "13"),
        ],
        body: "this path speaks WebSocket\n")
    default:
      return notFound
    }
  }

  private var notFound: ServerAnswer {
    .refuse(status: 404, headers: [], body: "no such path; GET / lists them\n")
  }

  private func behaviour(for request: UpgradeRequest) -> ServerAnswer {
    let parts = request.resource.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var query = QueryParameters(parts.count > 1 ? parts[1] : "")
    var subprotocol = request.subprotocols.first
    var deflates = true
    let handler: any ConnectionHandler
    switch parts[0] {
    case "/":
      if query.word("fragments", of: ["keep"]) != nil {
        // Frames can only be mirrored as they were when they are not compressed.
        deflates = false
        handler = MirrorHandler()
      } else {
        handler = echo
      }
    case "/broadcast": handler = BroadcastHandler(room: room)
    case "/sink": handler = silence
    case "/blast":
      handler = BlastHandler(
        count: query.integer("count", default: nil, in: 0...Int.max),
        size: query.integer("size", default: 100, in: 0...(64 << 20))!,
        rate: query.integer("rate", default: nil, in: 1...10_000_000))
    case "/delay":
      handler = DelayHandler(
        delay: query.time("ms", default: .seconds(1), bare: .milliseconds(1)),
        jitter: query.time("jitter", default: .zero, bare: .milliseconds(1)))
    case "/tick": handler = TickHandler(every: query.time("every", default: .seconds(1)))
    case "/fragment": handler = FragmentHandler(size: query.integer("size", default: 1, in: 1...(1 << 30))!)
    case "/close":
      let code = query.integer("code", default: 1000, in: 1000...4999)!
      handler = CloseHandler(
        code: CloseCode(rawValue: UInt16(code)), reason: query.text("reason") ?? "",
        after: query.time("after", default: .zero))
    case "/drop": handler = DropHandler(after: query.time("after", default: .zero))
    case "/stall": handler = StallHandler()
    case "/trickle": handler = TrickleHandler(rate: query.integer("rate", default: 10, in: 1...1_000_000)!)
    case "/ping": handler = PingHandler(every: query.time("every", default: .seconds(1)))
    case "/silent": handler = SilentHandler()
    case "/status":
      let code = query.integer("code", default: 503, in: 200...599)!
      return .refuse(
        status: query.mistake == nil ? code : 400, headers: [],
        body: "\(query.mistake ?? "refused, as asked: \(code)")\n")
    case "/headers": handler = HeadersHandler(head: request.head)
    case "/subprotocol":
      if let name = query.text("name") { subprotocol = name.isEmpty ? nil : name }
      handler = echo
    case "/fault":
      guard let fault = query.text("kind").flatMap({ Fault(named: $0) }) else {
        return .refuse(
          status: 400, headers: [], body: "kind must be one of those that wscope echo --list-faults lists\n")
      }
      if fault.isOfClients {
        return .refuse(status: 400, headers: [], body: "only a client can break this rule: \(fault.violation)\n")
      }
      handler = FaultHandler(fault)
    default: return notFound
    }
    if let mistake = query.mistake {
      return .refuse(status: 400, headers: [], body: "\(mistake)\n")
    }
    return .accept(handler, subprotocol: subprotocol, deflates: deflates)
  }
}
