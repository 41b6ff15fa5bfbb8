import TestSupport
import Testing
import Trace
import Transport
import WebSocketCore

@testable import Engine

/// A client under test and what became of it.
final class Attempt: ClientHandler {
  let loop: Loop
  let context: ConnectionContext
  let tap = TapWitness()
  let handler = Witness()
  private(set) var client: Client?
  private(set) var answer: HandshakeAnswer?
  private(set) var connection: Connection?
  private(set) var failure: ClientFailure?
  var onOpened: (Connection) -> Void = { _ in }
  private(set) var ended: Instant?
  private(set) var started = Instant.now

  init(_ loop: Loop? = nil) throws {
    self.loop = try loop ?? Loop()
    context = ConnectionContext(loop: self.loop)
  }

  deinit {
    connection?.abandon()
    settleLoop(loop, .milliseconds(1))
  }

  /// Connects, and waits for the outcome.
  static func connect(
    _ url: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout ConnectionPlan) -> Void = { _ in }
  ) throws -> Attempt {
    let attempt = try Attempt()
    try attempt.begin(url, change)
    attempt.wait(sourceLocation: sourceLocation)
    return attempt
  }

  /// Begins to connect.
  func begin(_ url: String, _ change: (inout ConnectionPlan) -> Void = { _ in }) throws {
    let url = try WebSocketURL.parse(url)
    var plan = ConnectionPlan(
      url: url, request: ClientHandshakeRequest(url: url, key: [UInt8](0..<16)), settings: ConnectionSettings())
    change(&plan)
    let client = Client(plan: plan, context: context, handler: self, tap: tap)
    self.client = client
    started = .now
    client.connect()
  }

  func wait(sourceLocation: SourceLocation = #_sourceLocation) {
    turnLoop(loop, sourceLocation: sourceLocation) { ended != nil }
  }

  func forgetClient() { client = nil }

  func turn(sourceLocation: SourceLocation = #_sourceLocation, until condition: () -> Bool) {
    turnLoop(loop, sourceLocation: sourceLocation, until: condition)
  }

  /// How long it took.
  var duration: Duration { started.duration(to: ended ?? .now) }

  /// The outcome in a few words: "open", "refused 403 \"no\"", "handshake: …".
  var outcome: String {
    guard let failure else { return connection == nil ? "nothing" : "open" }
    switch failure.cause {
    case .resolve: return "not resolved"
    case .connect(let attempts): return "not connected: \(ConnectFailure(attempts: attempts))"
    case .tls(let failure): return "TLS: \(failure)"
    case .proxyResolve: return "proxy not resolved"
    case .proxyConnect(let attempts): return "proxy not connected: \(ConnectFailure(attempts: attempts))"
    case .proxyRefused(let head): return "proxy refused \(head.status)"
    case .proxy(let failure): return "proxy: \(failure)"
    case .misuse(let misuse): return "misuse: \(misuse)"
    case .handshake(let failure): return "handshake: \(failure)"
    case .refused(let head, let body): return "refused \(head.status) \"\(body.prefix(60).text)\""
    case .timeLimit(let phase, let limit): return "\(phase) longer than \(limit)"
    case .closedWithoutAnswer: return "closed without an answer"
    case .truncatedAnswer: return "truncated"
    case .broken(let failure): return "broken: \(failure)"
    }
  }

  /// The body of a refusal.
  var body: [UInt8]? {
    if case .refused(_, let body) = failure?.cause { body } else { nil }
  }

  func clientOpened(_ answer: HandshakeAnswer) -> any ConnectionHandler {
    #expect(ended == nil)
    self.answer = answer
    return handler
  }

  func client(opened connection: Connection) {
    self.connection = connection
    ended = .now
    onOpened(connection)
  }

  func client(failed failure: ClientFailure) {
    #expect(ended == nil)
    self.failure = failure
    ended = .now
  }
}
