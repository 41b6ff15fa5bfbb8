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
  private var time: ContinuousClock.Instant
  private let timeText = ByteBuffer()

  /// How much of a payload a line shows, in characters.
  private static let payloadWidth = 60

  /// - Parameter start: what times count from.
  public init(since start: ContinuousClock.Instant) {
    self.start = start
    time = start
    timeText.append(Quantity.duration(.zero))
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
    frame.withLiveFrame { append($0, at: frame.time, to: output) }
  }

  /// Appends a frame's line, without a newline.
  public mutating func append(_ frame: LiveFrame, at time: ContinuousClock.Instant, to output: ByteBuffer) {
    let header = frame.header
    if time != self.time {
      self.time = time
      timeText.removeAll()
      timeText.append(Quantity.duration(start.duration(to: time)))
    }
    unsafe output.append(UnsafeRawBufferPointer(timeText.bytes))
    append(header.opcode, frame.direction, to: output)
    append(size: header.payloadLength, to: output)
    if header.isFinal { output.append(literal: " fin") }
    if !header.reservedBits.isEmpty {
      if header.reservedBits.contains(.rsv1) { output.append(literal: " rsv1") }
      if header.reservedBits.contains(.rsv2) { output.append(literal: " rsv2") }
      if header.reservedBits.contains(.rsv3) { output.append(literal: " rsv3") }
    }
    if let key = header.maskingKey {
      output.append(literal: " mask ")
      HexDigits.append(key.value, to: output)
    }
    if frame.completes { append(messageOf: frame, to: output) }
    append(payloadOf: frame, to: output)
    if UInt64(frame.payload.count) < header.payloadLength {
      output.append(", \(Quantity.bytes(frame.payload.count)) of it are here")
    }
    guard frame.hasViolations else { return }
    for violation in frame.violations { output.append(" ! \(violation) (\(violation.section))") }
  }

  private func append(_ opcode: Opcode, _ direction: Direction, to output: ByteBuffer) {
    let isSent = direction == .sent
    switch opcode {
    case .text: output.append(literal: isSent ? " > text " : " < text ")
    case .binary: output.append(literal: isSent ? " > binary " : " < binary ")
    default:
      output.append(literal: isSent ? " > " : " < ")
      output.append(opcode.name)
      output.append(UInt8(ascii: " "))
    }
  }

  private func append(size: UInt64, to output: ByteBuffer) {
    guard size < 1000 else { return output.append(Quantity.bytes(Int(clamping: size))) }
    let size = UInt32(truncatingIfNeeded: size)
    if size >= 100 { output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: size / 100)) }
    if size >= 10 { output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: size / 10 % 10)) }
    output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: size % 10))
    output.append(literal: " B")
  }

  /// What is said of a message that is more than the payload of its frame.
  private func append(messageOf frame: LiveFrame, to output: ByteBuffer) {
    guard let part = frame.part, part.index > 0 || part.isCompressed else { return }
    let size = UInt64(frame.message.count)
    if part.index > 0 {
      output.append(" completes \(part.opcode.name) ")
      append(size: size, to: output)
      output.append(" of \(Quantity.count(frame.fragmentCount, "frame"))\(part.isCompressed ? ", inflated" : "")")
    } else {
      output.append(literal: " inflated ")
      append(size: size, to: output)
    }
  }
}

/// The payload.
extension FrameLine {
  /// Of a compressed message, which says nothing as it is, what it is inflated, once it is whole.
  private func append(payloadOf frame: LiveFrame, to output: ByteBuffer) {
    if let part = frame.part {
      let isInflated = frame.completes && part.isCompressed
      let isEmpty = isInflated ? frame.message.isEmpty : frame.payload.isEmpty
      guard !isEmpty else { return }
      output.append(UInt8(ascii: " "))
      append(
        isInflated ? frame.message : frame.payload, isText: part.opcode == .text && (isInflated || !part.isCompressed),
        to: output)
      return
    }
    guard !frame.payload.isEmpty else { return }
    output.append(UInt8(ascii: " "))
    if frame.header.opcode == .close, frame.payload.count >= 2 {
      let code = CloseCode(rawValue: frame.payload.bigEndian(at: 0, as: UInt16.self))
      output.append("\(code.rawValue) (\(code.name))")
      guard frame.payload.count > 2 else { return }
      output.append(" \"\(SafeText(bytes: frame.payload.extracting(2...)).string)\"")
    } else {
      let isText = frame.header.opcode == .text && frame.header.reservedBits.isEmpty
      let isControl = frame.header.opcode == .ping || frame.header.opcode == .pong
      append(frame.payload, isText: isText || isControl && Self.isPrintable(frame.payload), to: output)
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
  static func isPrintable(_ bytes: Span<UInt8>) -> Bool {
    var index = 0
    while index + 8 <= bytes.count {
      // Eight at a time: a byte's highest bit is left where it is none, less than a blank, or DEL.
      let word = bytes.bigEndian(at: index, as: UInt64.self)
      let deleted = word ^ 0x7F7F_7F7F_7F7F_7F7F
      let control = (word &- 0x2020_2020_2020_2020) & ~word | (deleted &- 0x0101_0101_0101_0101) & ~deleted
      guard (word | control) & 0x8080_8080_8080_8080 == 0 else { return false }
      index += 8
    }
    while index < bytes.count {
      if bytes[index] < 0x20 || bytes[index] > 0x7E { return false }
      index += 1
    }
    return true
  }
}
