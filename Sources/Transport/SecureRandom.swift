import CPlatform

/// The kernel's random bytes, fit for keys.
public enum SecureRandom {
  /// Fills `bytes`.
  public static func fill(_ bytes: UnsafeMutableRawBufferPointer) {
    guard let address = bytes.baseAddress else { return }
    platform_fill_random(address, bytes.count)
  }
}
