import Bytes
import Inspector
import JSONSyntax
import WebSocketCore

extension Composed {
  /// Reads `text` as a payload of this type. JSON that is none is sent all the same by whoever insists.
  init(_ text: String, as type: PayloadType) {
    switch type {
    case .text: self = .message(.text, Array(text.utf8))
    case .json:
      let bytes = Array(text.utf8)
      self = Self.jsonFailure(bytes).map { .invalid($0, hint: "Ctrl-O sends it as text") } ?? .message(.text, bytes)
    case .hex: self = Self.hex(text)
    case .base64:
      do { self = .message(.binary, try Base64.decode(text.filter { !$0.isWhitespace })) } catch {
        self = .invalid("\(error)")
      }
    case .file: self = text.isEmpty ? .invalid("the name of a file is missing") : .file(text)
    case .frame:
      do { self = .frame(try HandmadeFrame.parse(text)) } catch {
        self = .invalid(error.description, hint: error.hint)
      }
    }
  }

  /// Why `bytes` are not JSON, with line and column.
  static func jsonFailure(_ bytes: [UInt8]) -> String? {
    var scanner = JSONScanner()
    do throws(JSONFailure) {
      try JSONScanner.checkUTF8(bytes.span)
      while try scanner.next(bytes.span) != nil {}
      return nil
    } catch {
      let before = bytes.prefix(error.offset)
      let line = before.count { $0 == 0x0A } + 1
      let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
      let column = before[start...].count { $0 & 0xC0 != 0x80 } + 1
      return "\(error.reason) at line \(line), column \(column)"
    }
  }

  private static func hex(_ text: String) -> Composed {
    var bytes: [UInt8] = []
    var half: UInt8?
    for byte in text.utf8 where byte != 0x20 && byte != 0x0A && byte != 0x09 && byte != 0x0D {
      guard let digit = HexDigits.value(byte) else {
        return .invalid("\(JSONFailure.name(byte)) is no hexadecimal digit")
      }
      if let high = half {
        bytes.append(high << 4 | digit)
        half = nil
      } else {
        half = digit
      }
    }
    guard half == nil else { return .invalid("the last byte has one digit: type another or Backspace") }
    return .message(.binary, bytes)
  }
}
