import Bytes
import JSONSyntax
import WebSocketCore

/// Reads the text of a hand-made frame.
struct HandmadeFrameParser {
  private var cursor: TextCursor
  private var frame = HandmadeFrame()
  /// The fields that were written.
  private(set) var seen: Set<String> = []
  private(set) var hasPayload = false
  private var lengthColumn: Int?
  private var formColumn: Int?

  init(_ text: String) { cursor = TextCursor(text) }

  mutating func parse() throws(HandmadeFrameFailure) -> HandmadeFrame {
    while true {
      cursor.skipBlanks()
      let start = cursor.index
      guard let byte = cursor.next else { break }
      if byte == UInt8(ascii: "\"") {
        hasPayload = true
        try readString()
        break
      }
      let name = cursor.text { TextCursor.isLetter($0) || TextCursor.isDigit($0) }
      if cursor.take("=") {
        try readField(name, at: start)
      } else if name == "hex", cursor.next.map(TextCursor.isBlank) ?? true {
        hasPayload = true
        try readHex()
        break
      } else {
        throw failure(.unexpected(name + cursor.word()), at: start)
      }
    }
    try checkLength()
    return frame
  }

  private func failure(_ reason: HandmadeFrameFailure.Reason, at index: Int) -> HandmadeFrameFailure {
    HandmadeFrameFailure(column: cursor.column(of: index), reason: reason)
  }

  // MARK: Fields

  private mutating func readField(_ name: String, at start: Int) throws(HandmadeFrameFailure) {
    guard HandmadeFrameFailure.fields.contains(name) else { throw failure(.unknownField(name), at: start) }
    guard seen.insert(name).inserted else { throw failure(.repeatedField(name), at: start) }
    let valueStart = cursor.index
    let value = cursor.word()
    guard set(name, value) else { throw failure(.value(field: name, value), at: valueStart) }
    if name == "length" { lengthColumn = valueStart }
    if name == "form" { formColumn = valueStart }
  }

  /// - Returns: whether the field takes that value.
  private mutating func set(_ name: String, _ value: String) -> Bool {
    switch name {
    case "opcode":
      guard let opcode = Self.opcode(value) else { return false }
      frame.opcode = opcode
    case "mask":
      guard let mask = Self.mask(value) else { return false }
      frame.mask = mask
    case "length":
      guard value.utf8.allSatisfy(TextCursor.isDigit), let length = UInt64(value) else { return false }
      frame.announcedLength = length
    case "form":
      guard let form = LengthForm.allCases.first(where: { "\($0.bits)" == value }) else {
        return false
      }
      frame.lengthForm = form
    default:
      guard value == "0" || value == "1" else { return false }
      let bits: [String: ReservedBits] = ["rsv1": .rsv1, "rsv2": .rsv2, "rsv3": .rsv3]
      if let bit = bits[name] {
        if value == "1" { frame.reservedBits.insert(bit) }
      } else {
        frame.isFinal = value == "1"
      }
    }
    return true
  }

  private static let namedOpcodes: [Opcode] = [.continuation, .text, .binary, .close, .ping, .pong]

  /// The values of a field that can be counted.
  static func values(of field: String) -> [String] {
    switch field {
    case "opcode": namedOpcodes.map(\.name)
    case "mask": ["on", "off"]
    case "length": []
    case "form": LengthForm.allCases.map { "\($0.bits)" }
    default: ["0", "1"]
    }
  }

  private static func opcode(_ value: String) -> Opcode? {
    if let named = namedOpcodes.first(where: { $0.name == value }) { return named }
    guard value.utf8.count <= 2, value.utf8.allSatisfy(TextCursor.isDigit), let number = UInt8(value), number < 16
    else { return nil }
    return Opcode(rawValue: number)
  }

  private static func mask(_ value: String) -> HandmadeFrame.Mask? {
    switch value {
    case "on": return .random
    case "off": return .off
    default:
      guard value.utf8.count == 8, value.utf8.allSatisfy({ HexDigits.value($0) != nil }) else { return nil }
      return UInt32(value, radix: 16).map { .key(MaskingKey($0)) }
    }
  }

  /// A length in a form that cannot tell it would make another frame of it, not this one.
  private func checkLength() throws(HandmadeFrameFailure) {
    guard let form = frame.lengthForm else { return }
    let length = frame.announcedLength ?? UInt64(frame.payload.count)
    guard length <= form.maximum else {
      throw failure(.doesNotFit(length: length, bits: form.bits), at: lengthColumn ?? formColumn ?? 0)
    }
  }

  // MARK: Payload

  private mutating func readString() throws(HandmadeFrameFailure) {
    do {
      frame.payload = Array(try cursor.quotedString().utf8)
    } catch {
      throw failure(.string("\(error.reason)"), at: error.offset)
    }
    cursor.skipBlanks()
    let start = cursor.index
    guard cursor.isAtEnd else { throw failure(.trailing(cursor.word()), at: start) }
  }

  private mutating func readHex() throws(HandmadeFrameFailure) {
    if !seen.contains("opcode") { frame.opcode = .binary }
    var high: (index: Int, digit: UInt8)?
    while true {
      cursor.skipBlanks()
      let index = cursor.index
      guard let byte = cursor.next else { break }
      guard let digit = HexDigits.value(byte) else {
        throw failure(.notHex(cursor.rest().first ?? "?"), at: index)
      }
      cursor.skip(1)
      if let first = high {
        frame.payload.append(first.digit << 4 | digit)
        high = nil
      } else {
        high = (index, digit)
      }
    }
    if let high { throw failure(.halfByte, at: high.index) }
  }
}

extension HandmadeFrame {
  /// What may stand in its text, for completion: fields with each value that can be counted, such as `opcode=text`, or
  /// without one, and `hex`.
  public static let words: [String] =
    HandmadeFrameFailure.fields.flatMap { field in
      let values = HandmadeFrameParser.values(of: field)
      return (values.isEmpty ? [""] : values).map { "\(field)=\($0)" }
    } + ["hex"]
}
