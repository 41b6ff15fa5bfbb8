public import Trace
public import Transport
public import WebSocketCore

/// Why no connection came to be.
public struct ClientFailure: Error, Sendable {
  public enum Cause: Sendable {
    case resolve(host: String, ResolveFailure)
    /// No address answered; the attempts tell why, in the order made.
    case connect([ConnectAttempt])
    case tls(TLSFailure)
    case proxyResolve(host: String, ResolveFailure)
    case proxyConnect([ConnectAttempt])
    /// The proxy refused the tunnel.
    case proxyRefused(HTTPResponseHead)
    /// The proxy's answer is no HTTP.
    case proxy(HandshakeFailure)
    /// What was to be sent cannot be.
    case misuse(HandshakeMisuse)
    /// The answer is no valid HTTP or breaks a rule of the handshake.
    case handshake(HandshakeFailure)
    /// The server answered with another status than 101; the body's first bytes.
    case refused(HTTPResponseHead, body: [UInt8])
    case timeLimit(Phase, Duration)
    /// The peer ended the connection before it answered at all.
    case closedWithoutAnswer
    /// The peer ended the connection in the middle of its answer.
    case truncatedAnswer
    case broken(StreamFailure)
  }

  /// What we wanted to reach, in the user's spelling.
  public var target: String
  public var cause: Cause

  public init(target: String, cause: Cause) {
    self.target = target
    self.cause = cause
  }
}
