public import WebSocketCore

/// What TLS agreed on and whom it met, for people.
public struct SecurityRecord: Equatable, Sendable {
  /// "TLS 1.3".
  public var version: String
  public var cipher: String
  /// One line a certificate, the peer's own first: subject, issuer, until when it is valid.
  public var certificates: [String]
  /// What verification said, in words.
  public var verification: String

  public init(version: String, cipher: String, certificates: [String], verification: String) {
    self.version = version
    self.cipher = cipher
    self.certificates = certificates
    self.verification = verification
  }
}

/// Something that happened on a connection, as a plain value. Text in it may be the peer's.
public enum TraceEvent: Sendable {
  /// A phase began; the text names what it is about, such as an address.
  case began(Phase, String)
  /// An attempt within a phase failed and the next one goes on.
  case attemptFailed(Phase, String)
  /// A phase succeeded.
  case finished(Phase, String, Duration)
  case secured(SecurityRecord)
  case request([UInt8])
  case response(HTTPResponseHead)
  case opened(HandshakeAnswer)
  /// A client's request was no valid handshake.
  case refused(HandshakeFailure)
  case frame(FrameRecord)
  /// Raw bytes were put on the stream on purpose, in no frame of ours; the offset is the first one's, as a frame's.
  case sentBytes([UInt8], offset: UInt64)
  /// The peer broke a rule, and we went on (`--lenient`).
  case tolerated(Violation)
  case ended(Verdict)
}
