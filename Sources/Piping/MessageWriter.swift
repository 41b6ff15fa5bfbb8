public import Bytes
import JSONSyntax
import PlainText
public import Trace
public import WebSocketCore

/// Writes messages as standard output's bytes.
///
/// On a terminal, whatever the form, nothing is written that has not been made safe, and long messages are cut.
public struct MessageWriter: Sendable {
  private let form: OutputForm
  private let recordEnd: RecordEnd
  private let isTerminal: Bool

  /// A writer of a form.
  public init(_ form: OutputForm, recordEnd: RecordEnd = .newline, isTerminal: Bool = false) {
    self.form = form
    self.recordEnd = recordEnd
    self.isTerminal = isTerminal
  }

  /// Appends a message, ping or pong to `output`. Pings and pongs are written as JSON only.
  /// - Parameter time: when it came; asked for by the forms that show it.
  public func write(
    _ opcode: Opcode, _ payload: Span<UInt8>, direction: Direction = .received, at time: @autoclosure () -> UTCTime,
    into output: ByteBuffer
  ) {
    switch form {
    case .jsonLines: writeEvent(opcode, payload, direction, time(), output)
    case _ where opcode.isControl: break
    case _ where isTerminal: writeSafely(opcode, payload, output)
    case .text where opcode == .text: writeUnchanged(payload, recordEnd, output)
    case .raw: writeUnchanged(payload, recordEnd == .null ? .null : nil, output)
    case .text, .hex:
      HexDigits.append(payload, to: output)
      end(output)
    case .base64:
      output.append(Base64.encode(payload))
      end(output)
    }
  }

  /// Appends a Close to `output`, as JSON; other forms have no words for it.
  public func writeClose(
    _ code: CloseCode?, reason: String, direction: Direction = .received, at time: UTCTime, into output: ByteBuffer
  ) {
    guard form == .jsonLines else { return }
    beginEvent("close", direction, time, output)
    if let code { output.append(",\"code\":\(code.rawValue)") }
    output.append(",\"reason\":")
    let reason = Array(reason.utf8)
    JSONText.append(reason.span, to: output, isForTerminal: isTerminal)
    output.append(UInt8(ascii: "}"))
    end(output)
  }

  private func end(_ output: ByteBuffer) {
    output.append(recordEnd == .null && !isTerminal ? 0 : 0x0A)
  }

  /// One reservation and one copy: what a pipe of small text messages costs.
  private func writeUnchanged(_ payload: Span<UInt8>, _ end: RecordEnd?, _ output: ByteBuffer) {
    let size = payload.count
    let target = unsafe output.reserve(size + 1)
    unsafe payload.withUnsafeBytes { bytes in
      if let base = bytes.baseAddress { unsafe target.copyMemory(from: base, byteCount: size) }
    }
    if let end { unsafe target.storeBytes(of: end == .null ? 0 : 0x0A, toByteOffset: size, as: UInt8.self) }
    output.commit(end == nil ? size : size + 1)
  }
}

/// JSON Lines.
extension MessageWriter {
  private func beginEvent(_ type: String, _ direction: Direction, _ time: UTCTime, _ output: ByteBuffer) {
    output.append("{\"at\":\"")
    time.append(to: output)
    output.append(direction == .received ? "\",\"dir\":\"in\",\"type\":\"" : "\",\"dir\":\"out\",\"type\":\"")
    output.append(type)
    output.append(UInt8(ascii: "\""))
  }

  private func writeEvent(
    _ opcode: Opcode, _ payload: Span<UInt8>, _ direction: Direction, _ time: UTCTime, _ output: ByteBuffer
  ) {
    beginEvent(opcode.name, direction, time, output)
    // A text need not be UTF-8 when the protocol's rules are relaxed; base64 loses nothing.
    if opcode != .binary, Self.isUTF8(payload) {
      output.append(",\"text\":")
      JSONText.append(payload, to: output, isForTerminal: isTerminal)
      output.append(UInt8(ascii: "}"))
    } else {
      output.append(",\"base64\":\"")
      output.append(Base64.encode(payload))
      output.append("\"}")
    }
    end(output)
  }

  private static func isUTF8(_ bytes: Span<UInt8>) -> Bool {
    var validator = UTF8Validator()
    return validator.validate(bytes) == nil && validator.isComplete
  }
}

/// Terminals.
extension MessageWriter {
  /// Bytes of a message shown as digits or base64: as wide as the longest text.
  private static let maximumBytesShown = SafeText.defaultMaximumLength / 2

  private func writeSafely(_ opcode: Opcode, _ payload: Span<UInt8>, _ output: ByteBuffer) {
    if form == .raw || form == .text && opcode == .text {
      output.append(SafeText(bytes: payload, keepsNewlines: true, keepsTabs: true).string)
      if form == .raw { return }
    } else {
      let shown = payload.extracting(first: Self.maximumBytesShown)
      if form == .base64 { output.append(Base64.encode(shown)) } else { HexDigits.append(shown, to: output) }
      let hidden = payload.count - shown.count
      if hidden > 0 { output.append("… \(Quantity.count(hidden)) B more") }
    }
    end(output)
  }
}
