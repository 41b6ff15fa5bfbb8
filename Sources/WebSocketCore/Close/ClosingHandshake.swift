/// How far the end of a connection has come.
public enum Closing: Equatable, Sendable {
  /// No Close frame has gone either way.
  case open
  /// Our Close has gone; messages are still received until the peer's comes.
  case sentClose
  /// The peer's Close has come, and ours is being held back.
  case receivedClose
  /// Both have.
  case closed
  /// The peer broke the protocol; what it sends is discarded.
  case failed(Violation)
}

/// The closing handshake (RFC 6455, section 7.1): who said what, and what has to be said now. Knows no bytes and no
/// time.
struct ClosingHandshake {
  /// What an input asks for.
  enum Action: Equatable {
    case none
    case send(CloseFrame)
  }

  private(set) var state = Closing.open
  private(set) var sent: CloseFrame?
  private(set) var received: CloseFrame?
  /// Whether our Close went before the peer's came.
  private(set) var weStarted = false

  /// Whether it has not begun.
  var isOpen: Bool {
    if case .open = state { true } else { false }
  }

  /// Whether a Close of ours may still go.
  var maySendClose: Bool { sent == nil }

  /// Whether anything but a Close may go: until ours has, or the peer has failed.
  var maySendData: Bool { state == .open || state == .receivedClose }

  /// We send a Close.
  mutating func send(_ frame: CloseFrame) {
    precondition(maySendClose)
    sent = frame
    switch state {
    case .open: (state, weStarted) = (.sentClose, true)
    case .receivedClose: state = .closed
    case .sentClose, .closed, .failed: break
    }
  }

  /// The peer's Close came. It is answered with its own code (section 5.5.1), or with nothing if it had none.
  mutating func receive(_ frame: CloseFrame, answering: Bool) -> Action {
    received = frame
    if !maySendClose {
      state = .closed
      return .none
    }
    state = .receivedClose
    guard answering else { return .none }
    let answer = CloseFrame(code: frame.code.map { $0.isAllowedOnTheWire ? $0 : .protocolError })
    send(answer)
    return .send(answer)
  }

  /// The peer broke the protocol. Our Close says which rule, unless one went before: nothing may follow it.
  mutating func fail(_ violation: Violation, received frame: CloseFrame?) -> Action {
    if let frame { received = frame }
    guard maySendClose, violation.closeCode.isAllowedOnTheWire else {
      state = .failed(violation)
      return .none
    }
    let close = CloseFrame(code: violation.closeCode, reason: CloseFrame.fittingReason(violation.description))
    weStarted = received == nil
    sent = close
    state = .failed(violation)
    return .send(close)
  }
}
