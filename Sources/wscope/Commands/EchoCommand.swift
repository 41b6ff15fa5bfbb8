import Arguments
import Engine
import Glibc
import PlainText
import Trace
import Transport
import WebSocketCore
import WscopeOptions

/// `wscope echo`: the echo server, or a client that echoes.
enum EchoCommand {
  static func run(_ parsed: Parsed) throws(Stop) {
    if parsed.flag(Options.listFaults) { Main.show(faults) }
    if let url = parsed.value(Options.connectAndEcho) { return try EchoClient.run(parsed, url: url) }
    let context = try Loops.context()
    let tls = try tlsContext(parsed)
    let server = EchoServer(context: context, options: try serverOptions(parsed), tls: tls, index: index)
    let observers = ServerObservers(
      log: parsed.flag(Options.verbose) ? ServerLog(parsed, loop: context.loop) : nil,
      capture: try CaptureFile(
        parsed, mask: SecretMask(showsSecrets: parsed.flag(Options.showSecrets)), loop: context.loop))
    server.observe = observers.observe
    for line in try listen(server, parsed, context: context, isSecure: tls != nil) {
      guard Console.print("listening on \(line)\n") else { Console.exit(.cannotWrite) }
    }
    var status = ExitStatus.success
    var isLeaving = false
    do {
      try context.loop.onSignals([SIGINT, SIGTERM, SIGHUP]) { number in
        status = ExitStatus(rawValue: 128 + number) ?? .interrupt
        if isLeaving { return context.loop.stop() }
        isLeaving = true
        server.shutDown(within: .seconds(2)) { context.loop.stop() }
        context.loop.schedule(after: .seconds(2)) { context.loop.stop() }
      }
    } catch {
      throw Stop(.cannotRead, "cannot watch signals: \(error)")
    }
    observers.capture?.failed = { _ in
      isLeaving = true
      server.shutDown(within: .seconds(2)) { context.loop.stop() }
      context.loop.schedule(after: .seconds(2)) { context.loop.stop() }
    }
    let idleMemory = IdleMemory(loop: context.loop)
    server.settled = idleMemory.settled
    idleMemory.settled()
    context.loop.run()
    if let stop = observers.capture?.finish() {
      stop.tell()
      if status == .success { status = stop.status }
    }
    Console.exit(status)
  }

  /// What the server answers to `GET /`: its paths.
  private static var index: String {
    let rows = EchoPath.all.map { path in
      "\(path.path)\(path.parameters.isEmpty ? "" : "?\(path.parameters)")\n    \(path.text)\n"
    }
    return "wscope echo: a WebSocket server that behaves as the path asks\n\n" + rows.joined()
  }

  /// The rules that `/fault` can break.
  private static var faults: String {
    Fault.all.map { fault in
      let violation = fault.violation
      let notes =
        fault.isOfClients
        ? "only a client can break it"
        : fault.needsDeflate
          ? "needs permessage-deflate; closed with \(violation.closeCode.rawValue)"
          : violation.closeCode == .abnormalClosure
            ? "no Close can answer it" : "closed with \(violation.closeCode.rawValue)"
      return "\(fault.name)\n    \(violation) (\(violation.section)); \(notes)\n"
    }.joined()
  }

  private static func serverOptions(_ parsed: Parsed) throws(Stop) -> Server.Options {
    var options = Server.Options()
    options.settings = ConnectionSettings(parsed, isServer: true)
    options.maximumConnections = parsed.integer(Options.maximumConnections)
    options.handshakeTimeout = parsed.time(Options.handshakeTimeout)
    options.handshake.limits.total = parsed.size(Options.maximumHeadSize)
    options.handshake.limits.line = min(options.handshake.limits.line, options.handshake.limits.total)
    options.handshake.deflate =
      parsed.flag(Options.noDeflate) ? nil : DeflatePolicy(allowsTakeover: parsed.flag(Options.deflateTakeover))
    return options
  }

  private static func tlsContext(_ parsed: Parsed) throws(Stop) -> TLSContext? {
    guard let certificate = parsed.value(Options.serverCertificate) else {
      for option in [Options.serverKey, Options.clientCA] where parsed.flag(option) {
        throw Stop(.usage, "\(option.long) needs --tls-cert")
      }
      return nil
    }
    var configuration = TLSConfiguration()
    configuration.certificateFile = certificate
    configuration.keyFile = parsed.value(Options.serverKey)
    configuration.clientCAFile = parsed.value(Options.clientCA)
    configuration.keyLogFile = Main.environment["SSLKEYLOGFILE"]
    do { return try TLSContext(configuration, role: .server) } catch {
      throw Stop(error.status, error.description, hint: error.hint)
    }
  }

  /// Listens everywhere that was asked for.
  /// - Returns: the URLs to connect to.
  private static func listen(
    _ server: EchoServer, _ parsed: Parsed, context: ConnectionContext, isSecure: Bool
  ) throws(Stop) -> [String] {
    let scheme = isSecure ? "wss" : "ws"
    var urls: [String] = []
    let paths = parsed.values(Options.unixListener)
    let places = parsed.values(Options.listen)
    for place in places.isEmpty && paths.isEmpty ? ["localhost:9001"] : places {
      urls += try listen(server, at: place, context: context).map { "\(scheme)://\($0)/" }
    }
    for path in paths {
      do { _ = try server.listen(on: .unix(path)) } catch {
        throw Stop(.cannotConnect, "cannot listen on \(path): \(error)")
      }
      urls.append("ws+unix:\(path)")
    }
    return urls
  }

  /// Listens on every address of `place`, all with one port.
  private static func listen(
    _ server: EchoServer, at place: String, context: ConnectionContext
  ) throws(Stop) -> [String] {
    let (host, port) = try hostAndPort(place)
    var addresses: [SocketAddress] = []
    if host.isEmpty || host == "*" {
      addresses = ["::", "0.0.0.0"].compactMap { SocketAddress(numericHost: $0, port: port) }
    } else {
      var failure: ResolveFailure?
      let resolver = Resolver(loop: context.loop)
      let question = resolver.resolve(host: host, port: port, family: nil) { result in
        switch result {
        case .success(let found): addresses = found
        case .failure(let cause): failure = cause
        }
        context.loop.stop()
      }
      withExtendedLifetime((resolver, question)) { context.loop.run() }
      if let failure { throw Stop(.hostNotResolved, "cannot listen on \(place): \(failure)") }
    }
    var picked = port
    var names: [String] = []
    var firstError: SystemError?
    for address in addresses {
      do throws(SystemError) {
        let bound = try server.listen(on: address.with(port: picked))
        picked = bound.port ?? picked
        // The name is what people type; a numeric address is itself.
        names.append(
          SocketAddress(numericHost: host, port: picked) == nil && !host.isEmpty && host != "*"
            ? "\(host):\(picked)" : "\(bound)")
      } catch {
        // A machine without one of the families still listens on the other.
        firstError = firstError ?? error
        if error.code == EADDRINUSE || error.code == EACCES { names = []; break }
      }
    }
    guard !names.isEmpty else {
      throw Stop(
        .cannotConnect, "cannot listen on \(place): \(firstError.map(\.description) ?? "no address")",
        hint: firstError?.code == EADDRINUSE ? "--listen \(host):0 picks a free port" : nil)
    }
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }

  private static func hostAndPort(_ place: String) throws(Stop) -> (host: String, port: UInt16) {
    guard let colon = place.lastIndex(of: ":"), let port = UInt16(place[place.index(after: colon)...]) else {
      throw Stop(.usage, "--listen \(place): not HOST:PORT", hint: "such as localhost:9001, [::1]:0 or :8080")
    }
    var host = place[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    return (String(host), port)
  }
}
