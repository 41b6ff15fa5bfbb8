import Engine
import Inspector
import Trace
import Transport
import WebSocketCore

/// One connection of a case: makes it, tells the machine what happens on it, and sends what the machine wants sent.
final class ScriptLink {
  private unowned let run: CaseRun
  /// Nil while nobody has numbered it: an accepted one that is not open yet.
  private var number: ConnectionNumber?
  /// What an accepted client asked for, and of which server.
  private let request: (server: String, head: HTTPRequestHead)?
  private var client: Client?
  private var connection: Connection?
  /// What the server answered, until the machine hears of it: it may send at once.
  private var answer: HandshakeAnswer?

  /// A link to a server, which `connect` makes.
  init(_ run: CaseRun, number: ConnectionNumber) {
    self.run = run
    self.number = number
    request = nil
  }

  /// A link from a client of `server`.
  init(_ run: CaseRun, server: String, _ head: HTTPRequestHead) {
    self.run = run
    request = (server, head)
  }

  func connect(_ plan: ConnectionPlan) {
    let client = Client(
      plan: plan, context: run.environment.context, handler: self, tap: self, loopback: run.loopback)
    self.client = client
    client.connect()
  }

  // MARK: What the machine wants

  /// - Returns: why it cannot be sent; nil when it was.
  func send(_ payload: SentPayload) -> String? {
    guard let connection else { return "there is no connection" }
    if let words = connection.send(payload) { return words }
    if connection.isFull, let number { run.note(.full(number, true)) }
    return nil
  }

  /// Ends at once: with RST, or before anything was open.
  func drop() {
    client?.cancel()
    client = nil
    connection?.reset()
  }

  func stall(_ isStalled: Bool) { connection?.isStalled = isStalled }

  func pause(_ isPaused: Bool) {
    if isPaused { connection?.pauseReading() } else { connection?.resumeReading() }
  }

  func close() {
    guard let connection, !connection.isOver else { return }
    try? connection.close(.normal, within: Self.closeTime)
  }

  /// How long a peer may take for its half of the last handshake, well within the machine's own limit.
  private static let closeTime = Duration.seconds(1)
}

extension ScriptLink: ClientHandler {
  func clientOpened(_ answer: HandshakeAnswer) -> any ConnectionHandler {
    self.answer = answer
    return self
  }

  func client(opened connection: Connection) {
    client = nil
    self.connection = connection
  }

  func client(failed failure: ClientFailure) {
    client = nil
    guard let number else { return }
    if case .refused(let head, let body) = failure.cause {
      return run.note(.refused(number, head, body: body))
    }
    let (words, hint) = run.environment.explain(failure)
    let isHandshake = if case .handshake = failure.cause { true } else { false }
    run.note(.failed(number, isHandshake ? .handshake : .connect, words, hint: hint))
  }
}

extension ScriptLink: ConnectionHandler {
  func connectionOpened(_ connection: Connection) {
    if let number, let answer {
      self.answer = nil
      return run.note(.opened(number, answer))
    }
    guard let request else { return }
    self.connection = connection
    connection.observe(self)
    number = run.accept(self, server: request.server, request.head)
    // Nobody waits for a client any more.
    if number == nil { try? connection.close(.goingAway, within: Self.closeTime) }
  }

  func connectionReceivedBatch(_ connection: Connection) { run.settle() }

  func connectionDrained(_ connection: Connection) {
    if let number, !connection.isFull { run.note(.full(number, false)) }
  }

  func connection(_ connection: Connection, ended verdict: Verdict) {}
}

extension ScriptLink: Tap {
  func saw(_ event: TraceEvent) {
    if let number { run.note(.trace(number, event)) }
  }
}
