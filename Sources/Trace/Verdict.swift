public import WebSocketCore

/// How an open connection ended: who ended it, with what, after how long.
public struct Verdict: Equatable, Sendable {
  /// Who or what ended the connection.
  public enum Cause: Equatable, Sendable {
    /// Closing handshake, our Close first.
    case closedByUs
    /// Closing handshake, the peer's Close first.
    case closedByPeer
    /// The peer's FIN without a Close frame.
    case endedByPeer
    /// The peer's RST.
    case resetByPeer
    /// TLS ended without close_notify: the stream may have been cut.
    case truncated
    /// The socket or TLS failed, in the system's or OpenSSL's words.
    case broken(String)
    /// The peer broke the protocol, or a limit of ours.
    case violation(Violation)
    /// The peer did not answer our Close in this time.
    case closeTimeout(Duration)
    /// The peer did not answer our ping in this time.
    case pingTimeout(Duration)
    /// We left without a closing handshake.
    case abandoned
  }

  public var cause: Cause
  public var sentClose: CloseFrame?
  public var receivedClose: CloseFrame?
  /// From the end of the opening handshake to the end.
  public var lifetime: Duration
  /// From the last byte received, or the opening, to the end.
  public var silence: Duration
  public var lastReceived: FrameGlance?
  public var lastSent: FrameGlance?
  /// The stream ended in the middle of a frame.
  public var isInsideFrame: Bool
  /// The stream ended in the middle of a fragmented message.
  public var isInsideMessage: Bool
  /// What was cut by the end of the stream, and where: a frame or message that never came whole.
  public var cut: Violation?
  /// Whether the peer's bytes were being read; if not, what it said at last is not known.
  public var isReading: Bool
  /// Where the frame that broke a rule begins in the peer's stream, counted from the first byte after the handshake.
  public var violationOffset: UInt64?

  public init(
    cause: Cause, sentClose: CloseFrame?, receivedClose: CloseFrame?, lifetime: Duration, silence: Duration,
    lastReceived: FrameGlance?, lastSent: FrameGlance?, isInsideFrame: Bool = false, isInsideMessage: Bool = false,
    cut: Violation? = nil,
    isReading: Bool = true, violationOffset: UInt64? = nil
  ) {
    self.cause = cause
    self.sentClose = sentClose
    self.receivedClose = receivedClose
    self.lifetime = lifetime
    self.silence = silence
    self.lastReceived = lastReceived
    self.lastSent = lastSent
    self.isInsideFrame = isInsideFrame
    self.isInsideMessage = isInsideMessage
    self.cut = cut
    self.isReading = isReading
    self.violationOffset = violationOffset
  }

  /// Whether both sides said Close, with a code that means success (1000, 1001 or none), or the one that we chose.
  public var isNormal: Bool {
    guard cause == .closedByUs || cause == .closedByPeer, let receivedClose else { return false }
    if cause == .closedByUs, receivedClose.code == sentClose?.code { return true }
    return receivedClose.code == nil || receivedClose.code == .normal || receivedClose.code == .goingAway
  }
}
