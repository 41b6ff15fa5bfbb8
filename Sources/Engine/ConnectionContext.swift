import Bytes
public import Transport
import WebSocketCore

/// What the connections of one loop share, so that an idle one owns no buffer: the loop, the cork, random keys.
public final class ConnectionContext {
  public let loop: Loop
  /// Output made while one connection's input is handled; it leaves in one write.
  let cork = ByteBuffer()
  /// Output of every other connection, encoded here and written at once.
  let scratch = ByteBuffer()
  // No access to these two spans a call back: checking that at run time showed in the echo of small messages.
  @exclusivity(unchecked) var keys = MaskingKeySource(fill: SecureRandom.fill)
  /// Places to gather messages and streams to inflate with, lent to whoever needs one.
  let pool = ProtocolPool()
  /// The connection whose output goes to the cork.
  @exclusivity(unchecked) var corked: ObjectIdentifier?

  public init(loop: Loop) {
    self.loop = loop
  }
}
