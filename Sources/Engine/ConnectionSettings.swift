import Transport
public import WebSocketCore

/// How connections of one client or server behave once open; shared by all of them.
public final class ConnectionSettings: Sendable {
  public let rules: ProtocolRules
  /// Bytes of output that may wait before input is no longer read, or the sender is asked to pause; more than
  /// `StreamLimits.lowWater`, at which a stream tells that it has drained.
  public let maximumQueue: Int
  /// Time for each half of the closing handshake.
  public let closeTimeout: Duration
  /// Silence after which we ping; nil for never.
  public let pingInterval: Duration?
  /// Time the peer has to answer a ping of ours.
  public let pingTimeout: Duration
  /// Whether Pings are answered.
  public let answersPings: Bool

  public init(
    rules: ProtocolRules = ProtocolRules(limits: Limits()), maximumQueue: Int = 1 << 20,
    closeTimeout: Duration = .seconds(5), pingInterval: Duration? = nil, pingTimeout: Duration = .seconds(10),
    answersPings: Bool = true
  ) {
    self.rules = rules
    self.maximumQueue = max(maximumQueue, StreamLimits.lowWater + 1)
    self.closeTimeout = closeTimeout
    self.pingInterval = pingInterval
    self.pingTimeout = pingTimeout
    self.answersPings = answersPings
  }
}
