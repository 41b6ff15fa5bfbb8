public import Trace
import Transport
public import WebSocketCore

/// Who shows a client's session.
public protocol ClientSessionObserver: AnyObject {
  /// All that a tap sees, on this connection and the ones before and after it.
  func session(_ session: ClientSession, saw event: TraceEvent)
  /// The connection is open and takes messages.
  func sessionOpened(_ session: ClientSession)
  /// There is no connection. After this another attempt may be under way: see `nextAttempt`.
  func session(_ session: ClientSession, failed failure: ClientFailure)
  /// Everything that came with one read has been told.
  func sessionReceivedBatch(_ session: ClientSession)
  /// Output that had to wait has left.
  func sessionDrained(_ session: ClientSession)
  /// The connection is over. After this another attempt may be under way: see `nextAttempt`.
  func session(_ session: ClientSession, ended verdict: Verdict)
}

/// Keeps what happens on every connection of a session, whoever shows it.
public protocol ClientSessionRecorder: AnyObject {
  /// An attempt to connect begins, the `number`th of the session.
  func began(connection number: Int, _ plan: ConnectionPlan)
  func saw(_ event: TraceEvent)
  func failed(_ failure: ClientFailure)
}

/// A client that connects again, by itself or when it is told to, to the same place or another.
public final class ClientSession {
  public let context: ConnectionContext
  /// Where it connects, and how.
  public private(set) var plan: ConnectionPlan
  /// The open connection, also while it closes; nil while there is none.
  public private(set) var connection: Connection?
  /// The number of the connection, or of the attempt, from 1.
  public private(set) var number = 0
  /// How it connects again by itself when a connection fails or ends without our Close; nil: not.
  public var reconnects: ReconnectPolicy? {
    didSet { if reconnects == nil { cancelRetry() } }
  }
  /// When the next attempt begins by itself; nil: not.
  public private(set) var nextAttempt: ContinuousClock.Instant?
  public weak var observer: (any ClientSessionObserver)?
  /// Who sees all of it as well, before the observer does.
  public weak var onlooker: (any ClientSessionObserver)?

  private let recorder: (any ClientSessionRecorder)?
  private var client: Client?
  private var retry: TimerToken?
  /// Attempts since a connection was last open.
  private var attempts = 0
  /// Whether another connection takes this one's place when it has closed.
  private var isReplacing = false

  /// How long a connection that is replaced may take for its closing handshake.
  private static let replacingTime = Duration.seconds(1)

  public init(plan: ConnectionPlan, context: ConnectionContext, recorder: (any ClientSessionRecorder)? = nil) {
    self.plan = plan
    self.context = context
    self.recorder = recorder
  }

  /// Whether a connection is being made.
  public var isConnecting: Bool { client != nil && connection == nil }

  /// Connects. A connection that is open is closed first with 1000.
  /// - Parameter plan: where to from here on; nil for the same place.
  public func connect(to plan: ConnectionPlan? = nil) {
    if let plan { self.plan = plan }
    cancelRetry()
    attempts = 0
    guard let connection, !connection.isOver else { return begin() }
    isReplacing = true
    try? connection.close(.normal, within: Self.replacingTime)
  }

  /// Gives up at once, without a closing handshake. An open connection still tells its end.
  public func abandon() {
    cancelRetry()
    isReplacing = false
    reconnects = nil
    if connection == nil { client?.cancel() }
    client = nil
    connection?.abandon()
  }

  private func tell(_ body: (any ClientSessionObserver) -> Void) {
    if let onlooker { body(onlooker) }
    if let observer { body(observer) }
  }

  private func begin() {
    client?.cancel()
    attempts += 1
    number += 1
    plan.request.key.withUnsafeMutableBytes { SecureRandom.fill($0) }
    recorder?.began(connection: number, plan)
    let client = Client(plan: plan, context: context, handler: self, tap: self)
    self.client = client
    client.connect()
  }

  private func cancelRetry() {
    if let retry { context.loop.cancel(retry) }
    (retry, nextAttempt) = (nil, nil)
  }

  private func scheduleRetry() {
    guard let reconnects else { return }
    var random = SystemRandomNumberGenerator()
    let wait = reconnects.wait(before: attempts + 1, using: &random)
    nextAttempt = context.loop.now + wait
    retry = context.loop.schedule(after: wait) { [weak self] in
      self?.cancelRetry()
      self?.begin()
    }
  }
}

extension ClientSession: ClientHandler {
  public func clientOpened(_ answer: HandshakeAnswer) -> any ConnectionHandler { self }

  public func client(opened connection: Connection) {
    self.connection = connection
    client = nil
    attempts = 0
  }

  public func client(failed failure: ClientFailure) {
    client = nil
    recorder?.failed(failure)
    // What cannot even be asked for will not become possible.
    if case .misuse = failure.cause {} else { scheduleRetry() }
    tell { $0.session(self, failed: failure) }
  }
}

extension ClientSession: ConnectionHandler {
  public func connectionOpened(_ connection: Connection) { tell { $0.sessionOpened(self) } }

  public func connectionReceivedBatch(_ connection: Connection) { tell { $0.sessionReceivedBatch(self) } }

  public func connectionDrained(_ connection: Connection) { tell { $0.sessionDrained(self) } }

  public func connection(_ connection: Connection, ended verdict: Verdict) {
    self.connection = nil
    if isReplacing {
      isReplacing = false
      context.loop.atEndOfTurn { [weak self] in self?.begin() }
    } else if verdict.cause != .closedByUs, verdict.cause != .abandoned {
      scheduleRetry()
    }
    tell { $0.session(self, ended: verdict) }
  }
}

extension ClientSession: Tap {
  public func saw(_ event: TraceEvent) {
    recorder?.saw(event)
    tell { $0.session(self, saw: event) }
  }
}
