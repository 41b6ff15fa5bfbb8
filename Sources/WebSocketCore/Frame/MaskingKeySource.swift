/// Fresh masking keys, taken from blocks of random bytes: no system call per frame (RFC 6455, section 5.3).
@safe public struct MaskingKeySource {
  private static let keysPerBlock = 1024

  private let fill: (UnsafeMutableRawBufferPointer) -> Void
  /// Empty until the first key is asked for: a server never needs one.
  private var block: [UInt32] = []
  private var used = 0

  /// - Parameter fill: fills memory with unpredictable bytes; called with 4 KiB at a time.
  public init(fill: @escaping (UnsafeMutableRawBufferPointer) -> Void) {
    unsafe self.fill = fill
  }

  /// A key that no frame had before.
  public mutating func next() -> MaskingKey {
    if used == block.count { refill() }
    defer { used += 1 }
    return MaskingKey(block[used])
  }

  private mutating func refill() {
    if block.isEmpty { block = [UInt32](repeating: 0, count: MaskingKeySource.keysPerBlock) }
    unsafe block.withUnsafeMutableBytes { unsafe fill($0) }
    used = 0
  }
}
