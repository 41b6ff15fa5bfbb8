/// The four bytes that a client's payload is XORed with (RFC 6455, section 5.3).
public struct MaskingKey: Equatable, Sendable {
  /// The key as a big-endian number, as it reads on the wire.
  public var value: UInt32

  /// The key with this big-endian value.
  public init(_ value: UInt32) { self.value = value }
}

/// XORs payloads with their key, whole words at a time.
public enum Masking {
  /// Masks or unmasks `bytes` in place.
  /// - Parameter phase: how many bytes of the payload lie before `bytes`.
  public static func apply(_ key: MaskingKey, to bytes: UnsafeMutableRawBufferPointer, phase: Int = 0) {
    guard let address = bytes.baseAddress else { return }
    unsafe copy(UnsafeRawPointer(address), to: address, count: bytes.count, key: key, phase: phase)
  }

  /// Masks or unmasks `source` into `target`, which has room for it.
  /// - Parameter phase: how many bytes of the payload lie before `source`.
  public static func copy(
    _ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer, key: MaskingKey, phase: Int = 0
  ) {
    guard let address = source.baseAddress else { return }
    unsafe copy(address, to: target, count: source.count, key: key, phase: phase)
  }

  @inline(__always)
  private static func copy(
    _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, count: Int, key: MaskingKey, phase: Int
  ) {
    let turn = UInt32(truncatingIfNeeded: phase & 3) * 8
    // Shifts past the width give 0, so a turn of 0 stays the key itself. Big-endian, the first byte lies first in
    // memory.
    let word32 = (key.value << turn | key.value >> (32 - turn)).bigEndian
    let word = UInt64(word32) << 32 | UInt64(word32)
    var at = 0
    if count >= 64 {
      let block = SIMD8<UInt64>(repeating: word)
      while at <= count - 64 {
        let masked = unsafe source.loadUnaligned(fromByteOffset: at, as: SIMD8<UInt64>.self) ^ block
        unsafe target.storeBytes(of: masked, toByteOffset: at, as: SIMD8<UInt64>.self)
        at += 64
      }
    }
    while at <= count - 8 {
      let masked = unsafe source.loadUnaligned(fromByteOffset: at, as: UInt64.self) ^ word
      unsafe target.storeBytes(of: masked, toByteOffset: at, as: UInt64.self)
      at += 8
    }
    // At most 7 bytes are left, and `at` is a multiple of 8: the key starts at its first byte again.
    if at <= count - 4 {
      let masked = unsafe source.loadUnaligned(fromByteOffset: at, as: UInt32.self) ^ word32
      unsafe target.storeBytes(of: masked, toByteOffset: at, as: UInt32.self)
      at += 4
    }
    var rest = UInt32(bigEndian: word32)
    while at < count {
      let mask = UInt8(truncatingIfNeeded: rest >> 24)
      rest <<= 8
      let masked = unsafe source.load(fromByteOffset: at, as: UInt8.self) ^ mask
      unsafe target.storeBytes(of: masked, toByteOffset: at, as: UInt8.self)
      at += 1
    }
  }
}
