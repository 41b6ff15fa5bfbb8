import Bytes
public import PlainText
public import WebSocketCore

/// The start of a payload on one line.
public enum PayloadLine {
  /// What is shown in at most `width` cells: of a text its first line, JSON with its roles; of a Close its code
  /// and reason; of a ping or pong its text, where it is one; of all else hexadecimal digits.
  /// - Parameter isJSONColoured: whether text is looked at for JSON.
  public static func summary(
    _ opcode: Opcode, _ payload: Span<UInt8>, width: Int, widths: Widths = Widths(), isJSONColoured: Bool = true
  ) -> RoleText {
    switch opcode {
    case .text:
      if isJSONColoured, let line = JSONView.oneLine(payload, width: width, widths: widths) { return line }
      return firstLine(payload, width: width, widths: widths)
    case .close where payload.count >= 2:
      let code = CloseCode(rawValue: payload.bigEndian(at: 0, as: UInt16.self))
      var line = RoleText(SafeText("\(code.rawValue)"), .number)
      line.append(SafeText(" \(code.name)"))
      if payload.count > 2 {
        line.append(SafeText(" \""), .punctuation)
        line.append(SafeText(bytes: payload.extracting(2...)), .string)
        line.append(SafeText("\""), .punctuation)
      }
      return line.cut(to: width, widths: widths)
    case .ping, .pong:
      guard payload.count > 0, FrameLine.isPrintable(payload) else { return HexDump.oneLine(payload, width: width) }
      var line = RoleText(SafeText("\""), .punctuation)
      line.append(SafeText(bytes: payload), .string)
      line.append(SafeText("\""), .punctuation)
      return line.cut(to: width, widths: widths)
    default: return HexDump.oneLine(payload, width: width)
    }
  }

  /// The first line of a text; an ellipsis says that there is more of it.
  static func firstLine(_ text: Span<UInt8>, width: Int, widths: Widths) -> RoleText {
    // A character has at most 4 bytes, and with 8 marks on it not many more are worth looking at.
    let looked = text.extracting(first: 4 * max(0, min(width, 1 << 20)) + 64)
    var end = 0
    while end < looked.count, looked[end] != 0x0A { end += 1 }
    if end > 0, end < looked.count, looked[end - 1] == 0x0D { end -= 1 }
    // The bytes of a character that is cut would be shown one by one.
    var shown = end
    if end == looked.count, looked.count < text.count {
      while shown > 0, looked[shown - 1] & 0xC0 == 0x80 { shown -= 1 }
      if shown > 0, looked[shown - 1] >= 0xC0 { shown -= 1 }
    }
    let isWhole = end == text.count || end + 1 == text.count && text[end] == 0x0A
    return RoleText(SafeText(bytes: looked.extracting(first: shown), maximumLength: .max))
      .cut(to: width, isMore: !isWhole, widths: widths)
  }
}
