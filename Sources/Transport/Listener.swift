import CPlatform
import Glibc

/// A listening socket: TCP or Unix.
public final class Listener: EventSource {
  /// Called with each connection, in the turn in which it is accepted. The stream still has to be started.
  public var accepted: ((SocketStream) -> Void)?
  /// Called when connections wait that cannot be accepted, as when no descriptor is left. The listener tries again by
  /// itself.
  public var acceptFailed: ((SystemError) -> Void)?
  /// Where it listens, with the port the system picked if none was asked for.
  public private(set) var address: SocketAddress

  private let loop: Loop
  private var descriptor: Descriptor
  private var isPaused = false
  private var retry: TimerToken?
  /// The socket's file, to be removed at the end if it is still ours.
  private var file: SocketFile?

  /// Connections accepted in one turn, so that a crowd at the door does not keep those inside waiting.
  private static let acceptedPerTurn = 64
  /// How long to wait for a descriptor when none is left.
  private static let retryDelay = Duration.milliseconds(100)

  /// Listens at `address`; port 0 lets the system pick one. A Unix socket's file that nobody answers at is replaced.
  public init(loop: Loop, address: SocketAddress, backlog: Int32 = 1024) throws(SystemError) {
    if let error = address.pathError(call: "bind") { throw error }
    self.loop = loop
    descriptor = try SystemCalls.socket(address.systemFamily)
    self.address = address
    let number = descriptor.number
    switch address {
    case .ipv6:
      try SystemCalls.setOption(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1)
      fallthrough
    case .ipv4:
      try SystemCalls.setOption(number, SOL_SOCKET, SO_REUSEADDR, 1)
      // Accepted sockets inherit it, which saves a call for each.
      try SystemCalls.setOption(number, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
      try SystemCalls.bind(number, address)
    case .unix(let path):
      file = try SocketFile.bind(number, path)
    }
    guard listen(number, backlog) == 0 else { throw SystemError(call: "listen") }
    self.address = SocketAddress.local(of: number) ?? address
    try loop.watch(number, for: .reading, self)
  }

  /// Leaves connections waiting in the system's queue.
  public func pause() {
    isPaused = true
    updateInterest()
  }

  /// Accepts again.
  public func resume() {
    isPaused = false
    updateInterest()
  }

  /// Stops listening and removes a Unix socket's file. Connections accepted before are not touched.
  public func close() {
    guard descriptor.isOpen else { return }
    retry.map(loop.cancel)
    file?.remove()
    loop.forget(descriptor.number)
    descriptor.close()
    accepted = nil
    acceptFailed = nil
  }

  func ready(_ readiness: Readiness) {
    for _ in 0..<Self.acceptedPerTurn {
      guard descriptor.isOpen, !isPaused else { return }
      let number = platform_accept(descriptor.number)
      if number >= 0 {
        let stream = SocketStream(loop: loop, descriptor: Descriptor(owning: number))
        accepted?(stream)
        continue
      }
      switch errno {
      case EAGAIN: return
      case EMFILE, ENFILE, ENOBUFS, ENOMEM: return waitForRoom(SystemError(call: "accept"))
      default: continue  // This connection is gone; the next may be well.
      }
    }
  }

  /// Looks away until something may have been closed: the waiting connection would wake every turn.
  private func waitForRoom(_ error: SystemError) {
    retry = loop.schedule(after: Self.retryDelay) { [weak self] in
      self?.retry = nil
      self?.updateInterest()
    }
    updateInterest()
    acceptFailed?(error)
  }

  private func updateInterest() {
    guard descriptor.isOpen else { return }
    do throws(SystemError) {
      try loop.watch(descriptor.number, for: isPaused || retry != nil ? [] : .reading, self)
    } catch {
      waitForRoom(error)
    }
  }
}
