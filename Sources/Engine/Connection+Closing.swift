import Trace
import Transport
public import WebSocketCore

extension Connection {
  /// What we wait for at the end, each with its own limit; traffic does not extend it. Indirect, so that open
  /// connections keep no room for it.
  indirect enum Closer {
    case none
    /// Our Close is out; the peer's has not come. The limit holds for the next half too.
    case awaitingClose(TimerToken, limit: Duration)
    /// Both Closes are exchanged; the transport is still there (RFC 6455, section 7.1.1).
    case awaitingEnd(TimerToken)
    /// We failed the connection; our Close gets a moment to leave before the descriptor goes.
    case lingering(TimerToken, Verdict.Cause)
    /// The peer has sent its FIN behind all that was agreed; our last output gets the rest of the time to leave.
    case draining(TimerToken, Verdict.Cause)
  }

  /// How long a failed connection may take to deliver our Close; the peer's goodwill is not awaited.
  private static let lingerTime = Duration.seconds(1)

  /// Begins the closing handshake (RFC 6455, section 7.1.2).
  /// - Parameter limit: how long the peer may take to answer, and again to end; the settings' when nil.
  public func close(_ code: CloseCode?, reason: String = "", within limit: Duration? = nil) throws(Misuse) {
    guard !isOver else { return }
    if isOpen {
      try emitChecked { (buffer) throws(Misuse) in
        try machine.sendClose(code, reason: reason, into: buffer, keys: &context.keys)
      }
    }
    switch closer {
    case .lingering, .draining: return
    case .awaitingClose, .awaitingEnd:
      // A second limit, given because the first is too long, replaces it.
      guard limit != nil else { return }
      cancelCloser()
    case .none: break
    }
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
    guard !machine.isOpen, !isOver else { return }
    switch (machine.closing, closer) {
    case (.sentClose, .none):
      let limit = limit ?? settings.closeTimeout
      let token = context.loop.schedule(after: limit) { [self] in end(.closeTimeout(limit)) }
      closer = .awaitingClose(token, limit: limit)
    case (.closed, .none): awaitEnd(within: limit ?? settings.closeTimeout)
    case (.closed, .awaitingClose(_, let limit)): awaitEnd(within: limit)
    default: break
    }
  }

  /// Both Closes are exchanged; the peer's end is awaited, but no longer than `limit`.
  private func awaitEnd(within limit: Duration) {
    cancelCloser()
    // The server ends the transport first, so that TIME-WAIT stays with it (section 7.1.1).
    if machine.role == .server { stream.finishWriting() }
    closer = .awaitingEnd(context.loop.schedule(after: limit) { [self] in end(closedCause) })
    readToTheEnd()
  }

  func cancelCloser() {
    switch closer {
    case .none: break
    case .awaitingClose(let token, _), .awaitingEnd(let token), .lingering(let token, _), .draining(let token, _):
      context.loop.cancel(token)
    }
    closer = .none
  }

  /// The peer broke a rule, or our limit; the machine has put our Close into the output.
  func fail(_ cause: Verdict.Cause) {
    cancelCloser()
    flush(output)
    stream.finishWriting()
    closer = .lingering(context.loop.schedule(after: Self.lingerTime) { [self] in end(cause) }, cause)
    readToTheEnd()
  }

  /// The stream has ended; what was agreed before decides what that means.
  func finished(_ cause: Verdict.Cause) {
    guard !isOver else { return }
    switch closer {
    case .lingering(let token, let failed): endWhenSent(failed, token, after: cause)
    case .awaitingEnd(let token): endWhenSent(closedCause, token, after: cause)
    case .draining(_, let verdict): end(verdict)
    case .none, .awaitingClose: end(cause)
    }
  }

  private var closedCause: Verdict.Cause { machine.weStarted ? .closedByUs : .closedByPeer }

  /// Ends, but after a FIN only when our Close has left, or its time is up: who sends no more may still read.
  private func endWhenSent(_ verdict: Verdict.Cause, _ token: TimerToken, after cause: Verdict.Cause) {
    guard cause == .endedByPeer, stream.queuedBytes > 0 else { return end(verdict) }
    closer = .draining(token, verdict)
    stream.finishWriting()
  }
}
