import Trace
public import Transport
public import WebSocketCore

/// Who asked for a connection and hears whether it came to be.
public protocol ClientHandler: AnyObject {
  /// The opening handshake is done.
  /// - Returns: who hears what happens on the connection from here on.
  func clientOpened(_ answer: HandshakeAnswer) -> any ConnectionHandler
  /// The connection, before anything received behind the handshake is delivered.
  func client(opened connection: Connection)
  func client(failed failure: ClientFailure)
}

/// Connects to a WebSocket server: resolve, connect, proxy, TLS, opening handshake.
public final class Client {
  private let plan: ConnectionPlan
  private let context: ConnectionContext
  private weak var handler: (any ClientHandler)?
  private let tap: (any Tap)?
  private let resolver: Resolver
  private let connector: Connector
  private var state = State.idle
  private var stream: (any ByteStream)?
  private var cancellation: Cancellation?
  private var limit: TimerToken?
  private var overallLimit: TimerToken?
  private var phase = Phase.resolve
  private var phaseStarted: ContinuousClock.Instant
  private var hasHeardAnything = false
  /// Made before anything is sent, so that a missing file is told first.
  private var tls: TLSContext?
  /// The proxy, where the way leads over one.
  private let proxy: ProxyPlan?
  /// The server inside the process, for `loopback:`.
  private var loopback: EchoServer?

  private enum State {
    case idle
    case reaching
    case tunneling(ProxyTunnel)
    case securing(TLSStream)
    case shaking(ClientHandshake)
    case refused(HTTPResponseHead, body: [UInt8])
    case done
  }

  /// How much of a refusal's body is shown, and how long it may take to come.
  private static let bodyLimit = 4 << 10
  private static let bodyTime = Duration.seconds(1)

  /// - Parameter loopback: the server that `loopback:` URLs reach; nil: one for this connection alone.
  public init(
    plan: ConnectionPlan, context: ConnectionContext, handler: any ClientHandler, tap: (any Tap)? = nil,
    loopback: EchoServer? = nil
  ) {
    self.plan = plan
    self.context = context
    self.handler = handler
    self.tap = tap
    self.loopback = loopback
    // What stays on this machine needs no tunnel, whatever the environment says.
    let isLocal = plan.url.scheme == .loopback || plan.url.unixPath != nil || plan.route.unixSocket != nil
    proxy = isLocal ? nil : plan.proxy
    resolver = Resolver(loop: context.loop)
    connector = Connector(loop: context.loop)
    phaseStarted = context.loop.now
  }

  /// Begins; the handler hears the outcome in a later turn of the loop.
  public func connect() {
    state = .reaching
    phaseStarted = context.loop.now
    overallLimit = context.loop.schedule(after: plan.limits.connect) { [self] in
      fail(.timeLimit(phase, plan.limits.connect))
    }
    if plan.url.isSecure {
      do { tls = try TLSContext(plan.tls, role: .client) } catch {
        context.loop.atEndOfTurn { [self] in fail(.tls(error)) }
        return
      }
    }
    if plan.url.scheme == .loopback {
      let (ours, theirs) = MemoryStream.pair(on: context.loop)
      let server = loopback ?? EchoServer(context: context, options: EchoServer.Options())
      loopback = server
      server.adopt(theirs)
      return reached(ours)
    }
    if let path = plan.route.unixSocket ?? plan.url.unixPath {
      return connect(to: [.unix(path)])
    }
    if let proxy { return reach(proxy.host, proxy.port) }
    let (host, port) = plan.route.destination(plan.url.host, plan.url.port)
    if let addresses = plan.route.given(host, port) {
      return connect(to: addresses.compactMap { SocketAddress(numericHost: $0, port: UInt16(port)) })
    }
    reach(host, port)
  }

  /// Gives up; the handler hears nothing more.
  public func cancel() {
    release()
    stream?.close()
    stream = nil
    handler = nil
  }

  // MARK: Resolving and connecting

  private func reach(_ host: String, _ port: Int) {
    begin(.resolve, host)
    cancellation = resolver.resolve(host: host, port: UInt16(port), family: plan.route.family) { [self] result in
      cancellation = nil
      switch result {
      case .success(let addresses):
        finish(.resolve, addresses.map(\.description).joined(separator: ", "))
        connect(to: addresses)
      case .failure(let failure):
        fail(proxy == nil ? .resolve(host: host, failure) : .proxyResolve(host: host, failure))
      }
    }
  }

  private func connect(to addresses: [SocketAddress]) {
    begin(.connect, addresses.first?.description ?? "")
    cancellation = connector.connect(to: addresses) { [self] result in
      cancellation = nil
      switch result {
      case .success(let connected):
        for attempt in connected.attempts where attempt.error != nil {
          tap?.saw(.attemptFailed(.connect, "\(attempt.address): \(attempt.error!)"))
        }
        finish(.connect, connected.address.description)
        reached(connected.stream)
      case .failure(let failure):
        fail(proxy == nil ? .connect(failure.attempts) : .proxyConnect(failure.attempts))
      }
    }
  }

  private func reached(_ stream: any ByteStream) {
    self.stream = stream
    guard let proxy else { return secure(stream) }
    begin(.proxy, proxy.name)
    let (host, port) = plan.route.destination(plan.url.host, plan.url.port)
    do {
      let tunnel = try ProxyTunnel(
        host: host, port: port, credentials: proxy.credentials, limits: plan.request.limits)
      state = .tunneling(tunnel)
      stream.handler = self
      stream.start()
      tunnel.requestBytes.withUnsafeBytes { stream.write($0) }
    } catch {
      fail(.misuse(error))
    }
  }

  // MARK: TLS and the opening handshake

  private func secure(_ stream: any ByteStream) {
    limit = context.loop.schedule(after: plan.limits.handshake) { [self] in
      fail(.timeLimit(phase, plan.limits.handshake))
    }
    guard let tls else { return shake(over: stream, isStarted: proxy != nil) }
    begin(.tls, plan.url.host)
    let secured = TLSStream(
      over: stream, context: tls, loop: context.loop, serverName: plan.url.host, isLowerOpen: proxy != nil)
    self.stream = secured
    state = .securing(secured)
    secured.handler = self
    secured.start()
  }

  private func shake(over stream: any ByteStream, isStarted: Bool) {
    begin(.handshake, plan.url.description)
    do {
      let handshake = try ClientHandshake(plan.request)
      state = .shaking(handshake)
      tap?.saw(.request(handshake.requestBytes))
      if !isStarted {
        stream.handler = self
        stream.start()
      }
      handshake.requestBytes.withUnsafeBytes { stream.write($0) }
    } catch {
      fail(.misuse(error))
    }
  }

  private func open(_ answer: HandshakeAnswer, behind bytes: UnsafeMutableRawBufferPointer) {
    finish(.handshake, "")
    tap?.saw(.response(answer.response))
    tap?.saw(.opened(answer))
    guard let stream, let handler else { return cancel() }
    release()
    self.stream = nil
    let connection = Connection(
      stream: stream, role: .client, deflate: answer.deflate, context: context, settings: plan.settings,
      handler: handler.clientOpened(answer), readsOnlyWhileWritable: false)
    connection.observe(tap)
    handler.client(opened: connection)
    connection.start(received: bytes)
  }

  // MARK: Ends

  private func begin(_ phase: Phase, _ what: String) {
    self.phase = phase
    phaseStarted = context.loop.now
    tap?.saw(.began(phase, what))
  }

  private func finish(_ phase: Phase, _ what: String) {
    tap?.saw(.finished(phase, what, phaseStarted.duration(to: context.loop.now)))
  }

  private func release() {
    state = .done
    cancellation?.cancel()
    cancellation = nil
    for token in [limit, overallLimit] {
      if let token { context.loop.cancel(token) }
    }
    (limit, overallLimit) = (nil, nil)
  }

  private func fail(_ cause: ClientFailure.Cause) {
    if case .done = state { return }
    var cause = cause
    // A refusal whose body does not end is still a refusal.
    if case .refused(let head, let body) = state { cause = .refused(head, body: body) }
    release()
    stream?.close()
    stream = nil
    let target = proxy.map { "\(plan.url) through the proxy \($0.name)" } ?? plan.url.description
    handler?.client(failed: ClientFailure(target: target, cause: cause))
  }
}

extension Client: ByteStreamHandler {
  public func streamOpened(_ stream: any ByteStream) {
    guard case .securing(let secured) = state else { return }
    if let facts = secured.facts {
      finish(.tls, facts.version)
      tap?.saw(.secured(SecurityRecord(facts)))
    }
    shake(over: stream, isStarted: true)
  }

  public func stream(_ stream: any ByteStream, received bytes: UnsafeMutableRawBufferPointer) {
    hasHeardAnything = true
    let view = UnsafeBufferPointer(bytes.assumingMemoryBound(to: UInt8.self))
    switch state {
    case .tunneling(var tunnel):
      let (consumed, outcome) = tunnel.receive(view.span)
      state = .tunneling(tunnel)
      tunnelAnswered(outcome, behind: UnsafeMutableRawBufferPointer(rebasing: bytes[consumed...]))
    case .shaking(var handshake):
      let (consumed, outcome) = handshake.receive(view.span)
      state = .shaking(handshake)
      let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[consumed...])
      switch outcome {
      case .needsMore: break
      case .accepted(let answer): open(answer, behind: rest)
      case .refused(let head): refused(head, body: [UInt8](rest))
      case .failed(let failure): fail(.handshake(failure))
      }
    case .refused(let head, let body): refused(head, body: body + bytes)
    default: break
    }
  }

  private func tunnelAnswered(_ outcome: ProxyTunnel.Outcome, behind rest: UnsafeMutableRawBufferPointer) {
    switch outcome {
    case .needsMore: break
    case .established:
      finish(.proxy, "")
      hasHeardAnything = false
      guard let tunnel = stream else { return }
      secure(tunnel)
      // What came behind the proxy's answer belongs to the tunnel (RFC 9110, section 9.3.6).
      if rest.count > 0, let handler = tunnel.handler { handler.stream(tunnel, received: rest) }
    case .refused(let head): fail(.proxyRefused(head))
    case .failed(let failure): fail(.proxy(failure))
    }
  }

  /// Gathers a bit of the body: it may be endless, or lie about its length.
  private func refused(_ head: HTTPResponseHead, body: [UInt8]) {
    let kept = Array(body.prefix(bodySize(head)))
    if case .shaking = state {
      tap?.saw(.response(head))
      if let limit { context.loop.cancel(limit) }
      limit = context.loop.schedule(after: Self.bodyTime) { [self] in fail(.refused(head, body: kept)) }
    }
    state = .refused(head, body: kept)
    if kept.count >= bodySize(head) { fail(.refused(head, body: kept)) }
  }

  /// How much of a body to wait for (RFC 9112, section 6.3); a length that is none says nothing.
  private func bodySize(_ head: HTTPResponseHead) -> Int {
    if head.status < 200 || head.status == 204 || head.status == 304 { return 0 }
    let announced = head.headers.first("Content-Length").flatMap { UInt($0) }.map { Int(clamping: $0) }
    return min(announced ?? .max, Self.bodyLimit)
  }

  public func streamEnded(_ stream: any ByteStream) {
    fail(hasHeardAnything ? .truncatedAnswer : .closedWithoutAnswer)
  }

  public func stream(_ stream: any ByteStream, failed failure: StreamFailure) {
    if case .tls(let tls) = failure { return fail(.tls(tls)) }
    fail(.broken(failure))
  }

  public func streamDrained(_ stream: any ByteStream) {}
}

extension SecurityRecord {
  init(_ facts: TLSFacts) {
    self.init(
      version: facts.version, cipher: facts.cipher,
      certificates: facts.chain.map { "\($0.subject), issued by \($0.issuer), valid until \($0.notAfter)" },
      verification: facts.verification)
  }
}
