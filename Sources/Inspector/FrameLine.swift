public import Bytes
import PlainText
public import Trace
import WebSocketCore

/// A frame on one line, as `-vv`, `wscope inspect` and reports show it:
///
///     12.4 ms < text 5 B fin mask 01020304 "hello"
///     13.0 ms < continuation 2 B fin completes text 7 B of 2 frames "lo"
///     13.1 ms < text 3 B fin rsv1 inflated 5 B "hello"
///     13.2 ms < reserved 11 0 B fin ! reserved opcode 11 (RFC 6455, section 5.2)
///
/// It is safe for a terminal. Frames come by the hundred thousand, so a line is made byte by byte.
public struct FrameLine {
  private let start: ContinuousClock.Instant
  /// The frames of one turn of the loop have the same time.
  private var time: ContinuousClock.Instant?
  private var timeText = ""

  /// How much of a payload a line shows, in characters.
  private static let payloadWidth = 60

  /// - Parameter start: what times count from.
  public init(since start: ContinuousClock.Instant) {
    self.start = start
  }

  /// The line of one frame.
  public static func text(_ frame: FrameRecord, since start: ContinuousClock.Instant) -> String {
    var line = FrameLine(since: start)
    let output = ByteBuffer()
    line.append(frame, to: output)
    return unsafe String(decoding: output.bytes, as: UTF8.self)
  }

  /// Appends a frame's line, without a newline.
  public mutating func append(_ frame: FrameRecord, to output: ByteBuffer) {
    let header = frame.header
    if frame.time != time {
      time = frame.time
      timeText = Quantity.duration(start.duration(to: frame.time))
    }
    output.append(timeText)
    output.append(frame.direction == .sent ? " > " : " < ")
    output.append(header.opcode.name)
    output.append(UInt8(ascii: " "))
    append(size: header.payloadLength, to: output)
    if header.isFinal { output.append(" fin") }
    if !header.reservedBits.isEmpty {
      for (bit, name) in [(ReservedBits.rsv1, " rsv1"), (.rsv2, " rsv2"), (.rsv3, " rsv3")]
      where header.reservedBits.contains(bit) { output.append(name) }
    }
    if let key = header.maskingKey {
      output.append(" mask ")
      for shift in stride(from: 28 as UInt32, through: 0, by: -4) {
        output.append(HexDigits.character(UInt8(key.value >> shift & 15)))
      }
    }
    if let message = frame.message { append(message, to: output) }
    append(payloadOf: frame, to: output)
    if UInt64(frame.payload.count) < header.payloadLength {
      output.append(", \(Quantity.bytes(frame.payload.count)) of it are here")
    }
    for violation in frame.violations { output.append(" ! \(violation) (\(violation.section))") }
  }

  private func append(size: UInt64, to output: ByteBuffer) {
    guard size < 1024 else { return output.append(Quantity.bytes(Int(clamping: size))) }
    output.append(String(size))
    output.append(" B")
  }

  /// What is said of a message that is more than the payload of its frame.
  private func append(_ message: MessageRecord, to output: ByteBuffer) {
    let size = UInt64(message.payload.count)
    if message.fragmentCount > 1 {
      output.append(" completes \(message.opcode.name) ")
      append(size: size, to: output)
      output.append(" of \(Quantity.count(message.fragmentCount, "frame"))\(message.isCompressed ? ", inflated" : "")")
    } else if message.isCompressed {
      output.append(" inflated ")
      append(size: size, to: output)
    }
  }
}

/// The payload.
extension FrameLine {
  /// Of a compressed message, which says nothing as it is, what it is inflated, once it is whole.
  private func append(payloadOf frame: FrameRecord, to output: ByteBuffer) {
    if let message = frame.message, message.isCompressed {
      guard !message.payload.isEmpty else { return }
      output.append(UInt8(ascii: " "))
      return append(message.payload.span, isText: message.opcode == .text, to: output)
    }
    guard !frame.payload.isEmpty else { return }
    output.append(UInt8(ascii: " "))
    let payload = frame.payload.span
    if frame.header.opcode == .close, payload.count >= 2 {
      let code = CloseCode(rawValue: payload.bigEndian(at: 0, as: UInt16.self))
      output.append("\(code.rawValue) (\(code.name))")
      guard payload.count > 2 else { return }
      output.append(" \"\(SafeText(bytes: payload.extracting(2...)).string)\"")
    } else if let part = frame.part {
      append(payload, isText: part.opcode == .text && !part.isCompressed, to: output)
    } else {
      let isText = frame.header.opcode == .text && frame.header.reservedBits.isEmpty
      let isControl = frame.header.opcode == .ping || frame.header.opcode == .pong
      append(payload, isText: isText || isControl && Self.isPrintable(payload), to: output)
    }
  }

  private func append(_ payload: Span<UInt8>, isText: Bool, to output: ByteBuffer) {
    guard isText else {
      let count = min(payload.count, Self.payloadWidth / 3)
      for index in 0..<count {
        if index > 0 { output.append(UInt8(ascii: " ")) }
        output.append(HexDigits.character(payload[index] >> 4))
        output.append(HexDigits.character(payload[index] & 15))
      }
      if count < payload.count { output.append(" …") }
      return
    }
    output.append(UInt8(ascii: "\""))
    var end = min(payload.count, Self.payloadWidth)
    if Self.isPrintable(payload.extracting(first: end)) {
      output.append(payload.extracting(first: end))
    } else {
      end = Self.end(of: payload)
      output.append(SafeText(bytes: payload.extracting(first: end), maximumLength: .max).string)
    }
    output.append(payload.count > end ? "\"…" : "\"")
  }

  /// Where the start that is shown of a text ends, between two characters.
  private static func end(of text: Span<UInt8>) -> Int {
    var characters = 0
    // What is no UTF-8 may never begin a character.
    let looked = min(text.count, 4 * payloadWidth)
    for index in 0..<looked where text[index] & 0xC0 != 0x80 {
      if characters == payloadWidth { return index }
      characters += 1
    }
    return looked
  }

  /// Whether `bytes` are ASCII that can be seen.
  private static func isPrintable(_ bytes: Span<UInt8>) -> Bool {
    for index in bytes.indices where bytes[index] < 0x20 || bytes[index] > 0x7E { return false }
    return true
  }
}
