/// Checks text as it arrives, in pieces cut anywhere, and stops at the first byte that cannot be UTF-8 (RFC 3629).
public struct UTF8Validator: Equatable, Sendable {
  /// Bytes of the message found good so far.
  public private(set) var validCount = 0
  /// Continuation bytes the character at the end still lacks.
  private var missing: UInt8 = 0
  /// What the next continuation byte may be; narrower than 80...BF after E0, ED, F0 and F4.
  private var lowest: UInt8 = 0x80
  private var highest: UInt8 = 0xBF

  /// A validator before the first byte of a message.
  public init() {}

  /// Whether the text may end here: not inside a character.
  public var isComplete: Bool { missing == 0 }

  /// Starts over with a new message.
  public mutating func reset() { self = UTF8Validator() }

  /// Checks the message's next bytes.
  /// - Returns: the offset in the message of the first bad byte, nil when all are good so far.
  public mutating func validate(_ bytes: Span<UInt8>) -> Int? {
    unsafe bytes.withUnsafeBytes { unsafe validate($0) }
  }

  /// Checks the message's next bytes.
  /// - Returns: the offset in the message of the first bad byte, nil when all are good so far.
  public mutating func validate(_ bytes: UnsafeRawBufferPointer) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    let count = bytes.count
    var at = 0
    while true {
      while missing > 0 {
        guard at < count else {
          validCount += count
          return nil
        }
        let byte = unsafe base.load(fromByteOffset: at, as: UInt8.self)
        guard byte >= lowest, byte <= highest else {
          validCount += at
          return validCount
        }
        missing -= 1
        (lowest, highest) = (0x80, 0xBF)
        at += 1
      }
      at = unsafe UTF8Validator.skipCommon(base, from: at, count: count)
      guard at < count else {
        validCount += count
        return nil
      }
      guard beginCharacter(unsafe base.load(fromByteOffset: at, as: UInt8.self)) else {
        validCount += at
        return validCount
      }
      at += 1
    }
  }

  /// Skips ASCII, 16 bytes at a time, and whole characters of 2 and of 3 bytes whose lead byte allows every
  /// continuation.
  @inline(__always)
  private static func skipCommon(_ base: UnsafeRawPointer, from start: Int, count: Int) -> Int {
    var at = start
    while at < count {
      let byte = unsafe base.load(fromByteOffset: at, as: UInt8.self)
      if byte < 0x80 {
        while at <= count - 16 {
          let pair = unsafe base.loadUnaligned(fromByteOffset: at, as: SIMD2<UInt64>.self)
          guard (pair[0] | pair[1]) & 0x8080_8080_8080_8080 == 0 else { break }
          at += 16
        }
        while at < count, unsafe base.load(fromByteOffset: at, as: UInt8.self) < 0x80 { at += 1 }
      } else if byte >= 0xC2, byte <= 0xDF, at <= count - 2 {
        guard unsafe isContinuation(base, at + 1) else { return at }
        at += 2
      } else if byte >= 0xE1, byte <= 0xEF, byte != 0xED, at <= count - 3 {
        guard unsafe isContinuation(base, at + 1) && isContinuation(base, at + 2) else { return at }
        at += 3
      } else {
        return at
      }
    }
    return at
  }

  @inline(__always)
  private static func isContinuation(_ base: UnsafeRawPointer, _ at: Int) -> Bool {
    unsafe base.load(fromByteOffset: at, as: UInt8.self) & 0xC0 == 0x80
  }

  /// Takes a character's first byte (RFC 3629, section 4: no overlong forms, no surrogates, nothing past U+10FFFF).
  private mutating func beginCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x00...0x7F: break
    case 0xC2...0xDF: missing = 1
    case 0xE0: (missing, lowest) = (2, 0xA0)
    case 0xED: (missing, highest) = (2, 0x9F)
    case 0xE1...0xEF: missing = 2
    case 0xF0: (missing, lowest) = (3, 0x90)
    case 0xF1...0xF3: missing = 3
    case 0xF4: (missing, highest) = (3, 0x8F)
    default: return false
    }
    return true
  }
}
