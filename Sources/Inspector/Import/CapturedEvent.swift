public import Trace
public import WebSocketCore

/// Something that happened on one of the connections in a file, whatever kind of file it was read from.
public struct CapturedEvent: Sendable {
  /// What happened.
  public enum Content: Sendable {
    /// The connection is new: our role, and the URL or address of who is at the other end. Where nobody in the file is
    /// us, as in a packet capture, we are the client.
    case start(role: Role, peer: String)
    /// A step on the way to the open connection, or its handshake: every event of `TraceEvent` up to `opened`.
    case trace(TraceEvent)
    /// A client's request was no valid handshake, and why.
    case refused(String)
    /// There is no connection, and why.
    case failed(String)
    /// A frame, and what there is to say about it. Its `headerBytes` are empty where the file does not have them: then
    /// the header says only what is known. Its payload is shorter than the header says where the rest was lost, or is
    /// too much to hold.
    case frame(FrameRecord, [Remark])
    /// Something about the connection as a whole, from here on.
    case remark(Remark)
    /// The open connection has ended.
    case end(CapturedEnd)
  }

  /// The connection's number in the file, from 1.
  public var connection: Int
  /// By the wall clock, where the file has it.
  public var wallTime: UTCTime?
  /// Since the first event of the file.
  public var elapsed: Duration
  /// What happened.
  public var content: Content

  /// An event.
  public init(connection: Int, wallTime: UTCTime?, elapsed: Duration, content: Content) {
    self.connection = connection
    self.wallTime = wallTime
    self.elapsed = elapsed
    self.content = content
  }
}

/// How a connection in a file ended: what a `Verdict` was, in the words that are left of it.
public struct CapturedEnd: Equatable, Sendable {
  /// For programs: `closed-by-us`, `reset-by-peer`, as `CaptureWriter` names it.
  public var cause: String
  /// For people. It may hold what a peer sent, unescaped.
  public var text: String
  /// The name of the violation that ended it.
  public var violation: String?
  /// The Close we sent.
  public var sentClose: CloseFrame?
  /// The Close the peer sent.
  public var receivedClose: CloseFrame?
  /// From the end of the opening handshake to the end, where it is known.
  public var lifetime: Duration?
  /// From the last byte received to the end, where it is known.
  public var silence: Duration?

  /// An end.
  public init(
    cause: String, text: String, violation: String? = nil, sentClose: CloseFrame? = nil,
    receivedClose: CloseFrame? = nil, lifetime: Duration? = nil, silence: Duration? = nil
  ) {
    self.cause = cause
    self.text = text
    self.violation = violation
    self.sentClose = sentClose
    self.receivedClose = receivedClose
    self.lifetime = lifetime
    self.silence = silence
  }

  /// What a file keeps of a verdict.
  public init(_ verdict: Verdict) {
    var violation: String?
    if case .violation(let broken) = verdict.cause { violation = broken.name }
    self.init(
      cause: verdict.cause.name, text: verdict.description, violation: violation, sentClose: verdict.sentClose,
      receivedClose: verdict.receivedClose, lifetime: verdict.lifetime, silence: verdict.silence)
  }
}
