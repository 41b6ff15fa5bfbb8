/// How connections judge and speak: made once, shared by all of them.
public final class ProtocolRules: Sendable {
  /// What we accept from a peer.
  public let limits: Limits
  /// Whether violations that can be passed over are reported only.
  public let isLenient: Bool
  /// Messages of fewer bytes are not compressed.
  public let compressionThreshold: Int
  /// zlib's level, 0 (stored) to 9 (smallest).
  public let compressionLevel: Int
  /// Bytes a message may have that is given out where it lies.
  let inPlaceLimit: Int

  /// Rules; strict unless said otherwise.
  public init(
    limits: Limits = Limits(), isLenient: Bool = false, compressionThreshold: Int = 256, compressionLevel: Int = 6
  ) {
    precondition((0...9).contains(compressionLevel))
    self.limits = limits
    self.isLenient = isLenient
    self.compressionThreshold = compressionThreshold
    self.compressionLevel = compressionLevel
    inPlaceLimit = min(limits.maximumFrameSize, limits.maximumMessageSize)
  }
}
