extension Array<UInt8> {
  /// The bytes of `span`.
  public init(copying span: Span<UInt8>) {
    self = unsafe span.withUnsafeBufferPointer { unsafe Array($0) }
  }
}
