import Trace
import Transport
public import WebSocketCore

extension Connection {
  /// What we wait for at the end, each with its own limit; traffic does not extend it.
  enum Closer {
    case none
    /// Our Close is out; the peer's has not come.
    case awaitingClose(TimerToken)
    /// Both Closes are exchanged; the transport is still there (RFC 6455, section 7.1.1).
    case awaitingEnd(TimerToken)
    /// We failed the connection; our Close gets a moment to leave before the descriptor goes.
    case lingering(TimerToken, Verdict.Cause)
  }

  /// How long a failed connection may take to deliver our Close; the peer's goodwill is not awaited.
  private static let lingerTime = Duration.seconds(1)

  /// Begins the closing handshake (RFC 6455, section 7.1.2).
  /// - Parameter limit: how long the peer may take to answer; the settings' when nil.
  public func close(_ code: CloseCode?, reason: String = "", within limit: Duration? = nil) throws(Misuse) {
    guard !isOver else { return }
    if isOpen {
      try emitChecked { (buffer) throws(Misuse) in
        try machine.sendClose(code, reason: reason, into: buffer, keys: &context.keys)
      }
    }
    switch closer {
    case .lingering: return
    case .awaitingClose(let token), .awaitingEnd(let token):
      // A second, shorter limit replaces the first.
      guard limit != nil else { return }
      context.loop.cancel(token)
    case .none: break
    }
    closer = .none
    advanceClosing(within: limit)
  }

  /// Ends at once, without a closing handshake.
  public func abandon() {
    end(.abandoned)
  }

  /// Ends at once with RST.
  public func reset() {
    guard !isOver else { return }
    stream.reset()
    end(.abandoned)
  }

  /// Starts whatever the state of the closing handshake asks for.
  func advanceClosing(within limit: Duration? = nil) {
    guard !isOver else { return }
    let limit = limit ?? settings.closeTimeout
    switch (machine.closing, closer) {
    case (.sentClose, .none):
      closer = .awaitingClose(
        context.loop.schedule(after: limit) { [self] in
          stream.close()
          end(.closeTimeout(limit))
        })
    case (.closed, .none), (.closed, .awaitingClose):
      cancelCloser()
      // The server ends the transport first, so that TIME-WAIT stays with it (section 7.1.1).
      if machine.role == .server { stream.finishWriting() }
      closer = .awaitingEnd(context.loop.schedule(after: limit) { [self] in finished(.endedByPeer) })
    default: break
    }
  }

  func cancelCloser() {
    switch closer {
    case .none: break
    case .awaitingClose(let token), .awaitingEnd(let token), .lingering(let token, _): context.loop.cancel(token)
    }
    closer = .none
  }

  /// The peer broke a rule, or our limit; the machine has put our Close into the output.
  func fail(_ cause: Verdict.Cause) {
    cancelCloser()
    flush(output)
    stream.finishWriting()
    closer = .lingering(context.loop.schedule(after: Self.lingerTime) { [self] in end(cause) }, cause)
  }

  /// The stream has ended; what was agreed before decides what that means.
  func finished(_ cause: Verdict.Cause) {
    guard !isOver else { return }
    if case .lingering(_, let cause) = closer { return end(cause) }
    switch machine.closing {
    case .closed: end(machine.weStarted ? .closedByUs : .closedByPeer)
    default: end(cause)
    }
  }
}
