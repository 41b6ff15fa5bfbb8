import Glibc

/// One address that was tried, with its times.
public struct ConnectAttempt: Equatable, Sendable {
  /// The address.
  public var address: SocketAddress
  /// When the attempt began.
  public var started: Instant
  /// When it succeeded or failed; nil if another one won first.
  public var ended: Instant?
  /// Why it failed; nil for the one that won and those it overtook.
  public var error: SystemError?
}

/// A connection that was made, and how.
public struct ConnectedSocket {
  /// The connection, not yet started.
  public var stream: SocketStream
  /// Whom it reached.
  public var address: SocketAddress
  /// Every attempt, in the order they began.
  public var attempts: [ConnectAttempt]
}

/// No address could be reached.
public struct ConnectFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// Every attempt, in the order they began.
  public var attempts: [ConnectAttempt]

  /// The failure of all `attempts`.
  public init(attempts: [ConnectAttempt]) { self.attempts = attempts }

  /// "connection refused" when all say the same; otherwise each address with its reason.
  public var description: String {
    let reasons = attempts.compactMap { $0.error?.description }
    guard let first = reasons.first else { return "there is no address to connect to" }
    if reasons.allSatisfy({ $0 == first }) { return first }
    return attempts.compactMap { attempt in attempt.error.map { "\(attempt.address): \($0)" } }.joined(separator: "; ")
  }
}

/// Makes connections: all addresses of a name, raced.
public final class Connector {
  /// The connection, or why there is none.
  public typealias Completion = (Result<ConnectedSocket, ConnectFailure>) -> Void

  private let loop: Loop

  /// A connector on `loop`.
  public init(loop: Loop) { self.loop = loop }

  /// Connects to the first of `addresses` that answers; `completion` is called once, in a later turn.
  public func connect(to addresses: [SocketAddress], completion: @escaping Completion) -> Cancellation {
    let run = ConnectionRun(loop: loop, race: ConnectionRace(to: addresses), completion)
    // Held by the loop until it has answered.
    loop.enqueue(run)
    return Cancellation { run.end() }
  }
}

/// A race with real sockets.
private final class ConnectionRun: EventSource {
  private let loop: Loop
  private var race: ConnectionRace
  private var completion: Connector.Completion?
  private var attempts: [ConnectAttempt] = []
  private var sockets: [ConnectingSocket] = []
  private var timer: TimerToken?

  init(loop: Loop, race: ConnectionRace, _ completion: @escaping Connector.Completion) {
    self.loop = loop
    self.race = race
    self.completion = completion
  }

  func ready(_ readiness: Readiness) { proceed() }

  /// Does what the race says until it has to wait.
  private func proceed() {
    guard completion != nil else { return }
    timer.map(loop.cancel)
    timer = nil
    while true {
      switch race.next(at: loop.now) {
      case .attempt(let index): begin(index)
      case .wait(until: let time):
        timer = time.map { loop.schedule(after: loop.now.duration(to: $0)) { [self] in proceed() } }
        return
      case .won(let index):
        let (completion, stream) = (completion, sockets[index].takeStream())
        attempts[index].ended = loop.now
        end()
        completion?(.success(ConnectedSocket(stream: stream, address: attempts[index].address, attempts: attempts)))
        return
      case .lost:
        let completion = completion
        end()
        completion?(.failure(ConnectFailure(attempts: attempts)))
        return
      }
    }
  }

  private func begin(_ index: Int) {
    attempts.append(ConnectAttempt(address: race.addresses[index], started: loop.now))
    let socket = ConnectingSocket(loop: loop) { [self] error in
      settle(index, error)
      proceed()
    }
    sockets.append(socket)
    do throws(SystemError) {
      if try socket.connect(to: race.addresses[index]) { settle(index, nil) }
    } catch {
      settle(index, error)
    }
  }

  private func settle(_ index: Int, _ error: SystemError?) {
    guard let error else { return race.connected(index) }
    attempts[index].ended = loop.now
    attempts[index].error = error
    sockets[index].close()
    race.failed(index)
  }

  /// Ends every attempt; nothing more is answered.
  func end() {
    timer.map(loop.cancel)
    timer = nil
    completion = nil
    for socket in sockets { socket.close() }
    sockets = []
  }
}

/// A socket on its way to one address.
private final class ConnectingSocket: EventSource {
  private let loop: Loop
  private var descriptor = Descriptor(owning: -1)
  private var settled: ((SystemError?) -> Void)?

  init(loop: Loop, _ settled: @escaping (SystemError?) -> Void) {
    self.loop = loop
    self.settled = settled
  }

  /// Begins to connect.
  /// - Returns: whether it is connected already; otherwise `settled` will be called.
  func connect(to address: SocketAddress) throws(SystemError) -> Bool {
    if let error = address.pathError(call: "connect") { throw error }
    descriptor = try SystemCalls.socket(address.systemFamily)
    if address.family != nil { try SystemCalls.setOption(descriptor.number, Int32(IPPROTO_TCP), TCP_NODELAY, 1) }
    if address.withSystemAddress({ Glibc.connect(descriptor.number, $0, $1) }) == 0 { return true }
    // An interrupted connect goes on by itself, as one that has begun.
    guard errno == EINPROGRESS || errno == EINTR else { throw SystemError(call: "connect") }
    try loop.watch(descriptor.number, for: .writing, self)
    return false
  }

  func ready(_ readiness: Readiness) {
    let code = SystemCalls.option(descriptor.number, SOL_SOCKET, SO_ERROR) ?? EBADF
    loop.forget(descriptor.number)
    settled?(code == 0 ? nil : SystemError(code: code, call: "connect"))
  }

  /// The connected socket as a stream.
  func takeStream() -> SocketStream {
    settled = nil
    var taken = Descriptor(owning: -1)
    swap(&taken, &descriptor)
    loop.forget(taken.number)
    return SocketStream(loop: loop, descriptor: taken)
  }

  func close() {
    settled = nil
    guard descriptor.isOpen else { return }
    loop.forget(descriptor.number)
    descriptor.close()
  }
}
