/// Base64 with padding (RFC 4648, section 4), strict: what two texts could stand for has only one that is read.
public enum Base64 {
  /// Why a text is not base64; offsets count bytes from the text's start.
  public enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
    /// A byte outside the alphabet.
    case character(UInt8, offset: Int)
    /// A number of characters that is no multiple of four.
    case length(Int)
    /// `=` before the end, or more than two of them.
    case padding(offset: Int)
    /// Bits under the padding that are not zero.
    case trailingBits(offset: Int)

    /// A sentence for people.
    public var description: String {
      switch self {
      case .character(let byte, let offset):
        "byte \(HTTPGrammar.hexadecimal(byte)) at offset \(offset) is not in the base64 alphabet"
      case .length(let count): "base64 comes in groups of four characters, not \(count)"
      case .padding(let offset): "misplaced base64 padding at offset \(offset)"
      case .trailingBits(let offset):
        "bits that belong to no byte are not zero in the base64 character at offset \(offset)"
      }
    }
  }

  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// Values of the alphabet's characters by byte; 0xFF for all others.
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 0xFF, count: 256)
    for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
    return values
  }()

  /// The text that stands for `bytes`.
  public static func encode(_ bytes: Span<UInt8>) -> String {
    let alphabet = alphabet
    let size = (bytes.count + 2) / 3 * 4
    return unsafe String(unsafeUninitializedCapacity: size) { output in
      var offset = 0
      var written = 0
      while offset < bytes.count {
        let count = min(3, bytes.count - offset)
        var group = UInt32(bytes[offset]) << 16
        if count > 1 { group |= UInt32(bytes[offset + 1]) << 8 }
        if count > 2 { group |= UInt32(bytes[offset + 2]) }
        for place in 0..<4 {
          let character = alphabet[Int(group >> UInt32(18 - 6 * place)) & 63]
          unsafe output[written + place] = place <= count ? character : UInt8(ascii: "=")
        }
        offset += 3
        written += 4
      }
      return written
    }
  }

  /// The text that stands for `bytes`.
  public static func encode(_ bytes: [UInt8]) -> String { encode(bytes.span) }

  /// The bytes that `text` stands for.
  public static func decode(_ text: String) throws(Failure) -> [UInt8] { try decode(Array(text.utf8).span) }

  /// The bytes that `text` stands for.
  public static func decode(_ text: Span<UInt8>) throws(Failure) -> [UInt8] {
    let values = values
    var padding = 0
    while padding < text.count, text[text.count - 1 - padding] == UInt8(ascii: "=") { padding += 1 }
    let significant = text.count - padding
    var bytes: [UInt8] = []
    bytes.reserveCapacity(significant * 3 / 4)
    var group: UInt32 = 0
    for offset in 0..<significant {
      let value = values[Int(text[offset])]
      guard value != 0xFF else {
        if text[offset] == UInt8(ascii: "=") { throw .padding(offset: offset) }
        throw .character(text[offset], offset: offset)
      }
      group = group << 6 | UInt32(value)
      guard offset & 3 == 3 else { continue }
      bytes.append(UInt8(truncatingIfNeeded: group >> 16))
      bytes.append(UInt8(truncatingIfNeeded: group >> 8))
      bytes.append(UInt8(truncatingIfNeeded: group))
      group = 0
    }
    guard text.count & 3 == 0 else { throw .length(text.count) }
    guard padding <= 2 else { throw .padding(offset: significant) }
    let unused: UInt32 = padding == 1 ? 0b11 : padding == 2 ? 0b1111 : 0
    guard group & unused == 0 else { throw .trailingBits(offset: significant - 1) }
    if padding == 2 { bytes.append(UInt8(truncatingIfNeeded: group >> 4)) }
    if padding == 1 {
      bytes.append(UInt8(truncatingIfNeeded: group >> 10))
      bytes.append(UInt8(truncatingIfNeeded: group >> 2))
    }
    return bytes
  }
}
