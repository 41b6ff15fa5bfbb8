import Engine
import Trace
import Transport
import WebSocketCore

/// A server of a case: it agrees to every handshake, and the case takes the connections one by one.
final class ScriptListener {
  private let server: Server
  private let resolver: Resolver
  private let request: ServerRequest
  private var question: Cancellation?
  /// Hears the URL, or why it does not listen.
  private var told: (Result<String, Unlistenable>) -> Void

  struct Unlistenable: Error {
    var words: String
  }

  init(
    _ request: ServerRequest, run: CaseRun, told: @escaping (Result<String, Unlistenable>) -> Void
  ) throws(TLSFailure) {
    self.request = request
    self.told = told
    let context = run.environment.context
    resolver = Resolver(loop: context.loop)
    var options = Server.Options()
    if !request.deflates { options.handshake.deflate = nil }
    var tls: TLSContext?
    if let certificate = request.certificateFile {
      var configuration = TLSConfiguration()
      configuration.certificateFile = certificate
      configuration.keyFile = request.keyFile
      tls = try TLSContext(configuration, role: .server)
    }
    server = Server(context: context, options: options, tls: tls) { [weak run] head, upgrade in
      guard let upgrade, let run else {
        return .refuse(
          status: 426, headers: [HTTPHeader("Upgrade", "websocket")], body: "this server speaks WebSocket\n")
      }
      // RFC 6455, section 4.2.2: one of those the client named, or none.
      let subprotocol = upgrade.subprotocols.first { request.subprotocols.contains($0) }
      return .accept(
        ScriptLink(run, server: request.name, head), subprotocol: subprotocol, deflates: request.deflates)
    }
  }

  /// Finds the address and listens there.
  func start() {
    let address = request.address ?? "127.0.0.1:0"
    guard let colon = address.lastIndex(of: ":"), let port = UInt16(address[address.index(after: colon)...]) else {
      return told(.failure(Unlistenable(words: "\"\(address)\" is not HOST:PORT")))
    }
    var host = String(address[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    question = resolver.resolve(host: host, port: port, family: nil) { [weak self] result in
      guard let self else { return }
      switch result {
      case .success(let addresses): listen(host, addresses, port)
      case .failure(let failure): told(.failure(Unlistenable(words: failure.description)))
      }
    }
  }

  /// Listens on every address, all with one port.
  private func listen(_ host: String, _ addresses: [SocketAddress], _ port: UInt16) {
    var picked = port
    var failure: SystemError?
    var isListening = false
    for address in addresses {
      do throws(SystemError) {
        picked = try server.listen(on: address.with(port: picked)).port ?? picked
        isListening = true
      } catch {
        failure = failure ?? error
      }
    }
    guard isListening else {
      let words = failure.map { "cannot listen on \(host):\(port): \($0)" } ?? "\(host) has no address"
      return told(.failure(Unlistenable(words: words)))
    }
    let scheme = request.certificateFile == nil ? "ws" : "wss"
    told(.success("\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(picked)/"))
  }

  /// Listens no more.
  func stop() {
    question?.cancel()
    server.shutDown(within: .milliseconds(100)) {}
  }
}
