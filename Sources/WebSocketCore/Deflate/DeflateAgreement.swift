/// The parameters of permessage-deflate that both sides agreed upon (RFC 7692, section 7.1).
public struct DeflateAgreement: Equatable, Hashable, Sendable {
  /// Whether the server compresses each message by itself.
  public var serverNoContextTakeover: Bool
  /// Whether the client compresses each message by itself.
  public var clientNoContextTakeover: Bool
  /// Base-2 logarithm of the server's window, 8 to 15.
  public var serverWindowBits: Int
  /// Base-2 logarithm of the client's window, 8 to 15.
  public var clientWindowBits: Int

  /// An agreement; without arguments the one that a bare `permessage-deflate` stands for.
  public init(
    serverNoContextTakeover: Bool = false, clientNoContextTakeover: Bool = false,
    serverWindowBits: Int = 15, clientWindowBits: Int = 15
  ) {
    self.serverNoContextTakeover = serverNoContextTakeover
    self.clientNoContextTakeover = clientNoContextTakeover
    self.serverWindowBits = serverWindowBits
    self.clientWindowBits = clientWindowBits
  }
}
