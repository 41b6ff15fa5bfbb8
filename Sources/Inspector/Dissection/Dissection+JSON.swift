import Bytes
import PlainText
import Trace
import WebSocketCore

/// The frame taken apart for programs.
extension Dissection {
  /// Adds members for what `views` show and a capture's line does not have:
  ///
  ///     {"fields":[{"name":"fin","bit":0,"bits":1,"value":1},…],"facts":["…"],"wire":"c107f248…",
  ///      "close":"going away","inflated":{"size":240,"wire":30,"ratio":0.13,"windowBits":15,"windowIsKept":true}}
  func add(_ views: Set<DissectionView>, to object: inout JSONObjectWriter) {
    if views.contains(.bits) {
      if hasHeader { object.add("fields", fields, add) }
      object.add("facts", facts)
    }
    if views.contains(.hex), hasHeader { object.add("wire", hex: wire) }
    if views.contains(.payload) {
      if frame.header.opcode == .close, let code = CloseFrame.read(frame.payload.span).frame.code {
        object.add("close", code.name)
      }
      if let message = frame.message, message.isCompressed {
        object.add("inflated") { object in
          object.add("size", message.payload.count)
          object.add("wire", message.wireSize)
          if let ratio = message.ratio { object.add("ratio", number: ratio) }
          if let window {
            object.add("windowBits", window.bits)
            object.add("windowIsKept", window.isKept)
          }
        }
      }
    }
  }

  private func add(_ object: inout JSONObjectWriter, _ field: FrameField) {
    object.add("name", field.kind.rawValue)
    object.add("bit", field.bits.lowerBound)
    object.add("bits", field.bits.count)
    if field.kind != .payload { object.add("value", number(in: field.bits)) }
    if brokenFields.contains(field.kind) { object.add("broken", true) }
  }

  /// At most 64 bits of the header, as a number.
  private func number(in bits: Range<Int>) -> UInt64 {
    bits.reduce(0) { $0 << 1 | UInt64(frame.headerBytes[$1 / 8] >> (7 - UInt8($1 % 8)) & 1) }
  }
}
