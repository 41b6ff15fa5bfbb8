import Arguments
import Engine
import Glibc
import Trace
import Transport
import WebSocketCore
import WscopeOptions

/// `wscope echo --connect URL`: a client that sends back what it receives, until the peer ends the connection.
final class EchoClient {
  private let echo = EchoHandler()
  private let context: ConnectionContext
  private let mask: SecretMask
  private var connection: Connection?
  private var status = ExitStatus.success
  private let isQuiet: Bool
  private let capture: CaptureFile?
  private let captureTap: CaptureTap?

  private init(context: ConnectionContext, mask: SecretMask, capture: CaptureFile?, url: String, isQuiet: Bool) {
    self.context = context
    self.mask = mask
    self.capture = capture
    captureTap = capture?.tap(role: .client, peer: url)
    self.isQuiet = isQuiet
  }

  static func run(_ parsed: Parsed, url: String) throws(Stop) {
    let plan = try ConnectionPlan(parsed, url: url, environment: Main.environment)
    let context = try Loops.context()
    let mask = SecretMask(showsSecrets: parsed.flag(Options.showSecrets))
    let capture = try CaptureFile(parsed, mask: mask, loop: context.loop)
    let echoing = EchoClient(
      context: context, mask: mask, capture: capture, url: plan.url.description, isQuiet: parsed.flag(Options.quiet))
    let client = Client(plan: plan, context: context, handler: echoing, tap: echoing.captureTap)
    capture?.failed = { _ in
      guard let connection = echoing.connection, connection.isOpen else { return context.loop.stop() }
      try? connection.close(.goingAway, within: .seconds(2))
    }
    do {
      try context.loop.onSignals([SIGINT, SIGTERM, SIGHUP]) { number in
        echoing.status = ExitStatus(rawValue: 128 + number) ?? .interrupt
        guard let connection = echoing.connection, connection.isOpen else { return context.loop.stop() }
        try? connection.close(.goingAway, within: .seconds(2))
      }
    } catch {
      throw Stop(.cannotRead, "cannot watch signals: \(error)")
    }
    client.connect()
    context.loop.run()
    if let stop = capture?.finish() {
      stop.tell()
      if echoing.status == .success { echoing.status = stop.status }
    }
    Console.exit(echoing.status)
  }
}

extension EchoClient: ClientHandler {
  func clientOpened(_ answer: HandshakeAnswer) -> any ConnectionHandler { self }
  func client(opened connection: Connection) { self.connection = connection }

  func client(failed failure: ClientFailure) {
    let stop = failure.stop(mask)
    stop.tell()
    captureTap?.fail(stop.text)
    status = stop.status
    context.loop.stop()
  }
}

extension EchoClient: ConnectionHandler {
  func connection(_ connection: Connection, received opcode: Opcode, _ payload: Span<UInt8>) {
    echo.connection(connection, received: opcode, payload)
  }

  func connection(_ connection: Connection, ended verdict: Verdict) {
    if status == .success {
      status = verdict.status
      if status != .success, !isQuiet { Console.error("\(verdict)") }
    }
    context.loop.stop()
  }
}
