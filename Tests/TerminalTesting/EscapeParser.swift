/// Cuts what a program writes into characters, controls and sequences.
struct EscapeParser: Sendable {
  enum Token {
    case scalar(Unicode.Scalar)
    case control(UInt8)
    case sequence(Sequence)
    /// `ESC M`.
    case reverseIndex
    case unknown(String)
  }

  /// `CSI`, what stands before and between, the last letter.
  struct Sequence {
    /// `?`, `>` and the like before the parameters; empty for none.
    var marker: String
    /// Nil where none is given.
    var parameters: [Int?]
    /// Blanks and signs before the last letter.
    var intermediate: String
    var final: Character

    /// The parameter at `index`; `fallback` for none and for 0.
    func number(_ index: Int, _ fallback: Int = 1) -> Int {
      guard parameters.indices.contains(index), let number = parameters[index], number > 0 else { return fallback }
      return number
    }

    var string: String {
      "CSI " + marker + parameters.map { $0.map(String.init) ?? "" }.joined(separator: ";") + intermediate
        + String(final)
    }
  }

  private enum State {
    case ground
    case character([UInt8], missing: Int)
    case escape
    case sequence(String)
    /// OSC and the like, up to BEL or ST.
    case string(String)
  }

  private var state = State.ground

  mutating func take(_ byte: UInt8) -> Token? {
    switch state {
    case .ground: return ground(byte)
    case .character(let bytes, let missing):
      guard missing > 1 else {
        state = .ground
        return String(decoding: bytes + [byte], as: UTF8.self).unicodeScalars.first.map(Token.scalar)
      }
      state = .character(bytes + [byte], missing: missing - 1)
      return nil
    case .escape:
      switch byte {
      case UInt8(ascii: "["): state = .sequence("")
      case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"): state = .string("")
      default:
        state = .ground
        return byte == UInt8(ascii: "M") ? .reverseIndex : .unknown("ESC " + String(Unicode.Scalar(byte)))
      }
      return nil
    case .sequence(let text):
      guard (0x40...0x7E).contains(byte) else {
        state = .sequence(text + String(Unicode.Scalar(byte)))
        return nil
      }
      state = .ground
      return .sequence(Self.sequence(text, Character(Unicode.Scalar(byte))))
    case .string(let text):
      let isEnd = byte == 0x07 || byte == UInt8(ascii: "\\") && text.hasSuffix("\u{1B}")
      state = isEnd ? .ground : .string(text + String(Unicode.Scalar(byte)))
      return isEnd ? .unknown("string " + text) : nil
    }
  }

  private mutating func ground(_ byte: UInt8) -> Token? {
    switch byte {
    case 0x1B: state = .escape
    case ..<0x20, 0x7F: return .control(byte)
    case ..<0x80: return .scalar(Unicode.Scalar(byte))
    case 0xC2...0xDF: state = .character([byte], missing: 1)
    case 0xE0...0xEF: state = .character([byte], missing: 2)
    case 0xF0...0xF4: state = .character([byte], missing: 3)
    default: return .unknown("no UTF-8: " + String(byte, radix: 16))
    }
    return nil
  }

  private static func sequence(_ text: String, _ final: Character) -> Sequence {
    let marker = text.prefix { "<=>?".contains($0) }
    let parameters = text.dropFirst(marker.count).prefix { $0.isNumber || $0 == ";" || $0 == ":" }
    return Sequence(
      marker: String(marker),
      parameters: parameters.isEmpty
        ? [] : parameters.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) },
      intermediate: String(text.dropFirst(marker.count + parameters.count)), final: final)
  }
}
