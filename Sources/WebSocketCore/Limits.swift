/// What we accept from a peer before we give up on it.
public struct Limits: Equatable, Sendable {
  /// Bytes of one message, after inflating.
  public var maximumMessageSize: Int
  /// Bytes of one frame's payload, as they are on the wire.
  public var maximumFrameSize: Int
  /// Frames of one message.
  public var maximumFragments: Int

  /// The limits; 128 MiB and 100,000 fragments unless said otherwise.
  public init(
    maximumMessageSize: Int = 128 << 20, maximumFrameSize: Int = 128 << 20, maximumFragments: Int = 100_000
  ) {
    precondition(maximumMessageSize >= 0 && maximumFrameSize >= 0 && maximumFragments > 0)
    self.maximumMessageSize = maximumMessageSize
    self.maximumFrameSize = maximumFrameSize
    self.maximumFragments = maximumFragments
  }
}
