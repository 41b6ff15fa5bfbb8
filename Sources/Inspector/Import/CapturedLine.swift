import Bytes
import JSONSyntax
import Trace
import WebSocketCore

/// One line of a capture of ours. Members that it does not know are passed over.
struct CapturedLine {
  /// Why a line cannot be read.
  enum Failure: Error, CustomStringConvertible {
    case missing(String)
    case malformed(String)

    var description: String {
      switch self {
      case .missing(let name): "a line without \"\(name)\""
      case .malformed(let name): "\"\(name)\" cannot be read"
      }
    }
  }

  private let value: JSONValue

  init(_ value: JSONValue) { self.value = value }

  func text(_ name: String) -> String? { value[name]?.text }

  func texts(_ name: String) -> [String] {
    guard case .array(let elements) = value[name] else { return [] }
    return elements.compactMap(\.text)
  }

  func integer(_ name: String) -> Int? {
    guard case .number(let digits) = value[name] else { return nil }
    return Int(digits)
  }

  /// Whether an older file has the connection's beginning.
  var isContinued: Bool { value["continued"] == .bool(true) }

  /// Seconds.
  func duration(_ name: String) -> Duration? {
    guard case .number(let digits) = value[name] else { return nil }
    return Duration(decimalSeconds: digits)
  }

  private func object(_ name: String) -> CapturedLine? {
    guard let object = value[name], case .object = object else { return nil }
    return CapturedLine(object)
  }

  /// What `text` or `base64` holds.
  private func payload() throws(Failure) -> [UInt8]? {
    if let text = text("text") { return Array(text.utf8) }
    guard let text = text("base64") else { return nil }
    guard let bytes = try? Base64.decode(text) else { throw .malformed("base64") }
    return bytes
  }
}

extension JSONValue {
  /// The characters of a string.
  var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }
}

extension Duration {
  /// Seconds as a decimal number, `-1.000005`; digits behind the nanosecond are dropped. Nil for what no clock shows.
  init?(decimalSeconds text: String) {
    let isNegative = text.hasPrefix("-")
    let parts = text.dropFirst(isNegative ? 1 : 0).split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let seconds = Int64(parts[0]), seconds >= 0, seconds < 1 << 40 else { return nil }
    let digits = parts.count == 2 ? parts[1].prefix(9) : "0"
    guard let fraction = Int64(digits), fraction >= 0 else { return nil }
    var nanoseconds = fraction
    for _ in digits.utf8.count..<9 { nanoseconds *= 10 }
    let duration = Duration.seconds(seconds) + .nanoseconds(nanoseconds)
    self = isNegative ? .zero - duration : duration
  }
}

/// The way to the open connection, and the end.
extension CapturedLine {
  /// Nil for a state that is not known here.
  func phase() throws(Failure) -> TraceEvent? {
    guard let phase = text("phase").flatMap(Phase.init(rawValue:)) else { throw .malformed("phase") }
    let what = text("text") ?? ""
    switch text("state") {
    case "began": return .began(phase, what)
    case "failed": return .attemptFailed(phase, what)
    case "done": return .finished(phase, what, duration("seconds") ?? .zero)
    default: return nil
    }
  }

  func security() -> SecurityRecord {
    SecurityRecord(
      version: text("version") ?? "", cipher: text("cipher") ?? "", certificates: texts("certificates"),
      verification: text("verification") ?? "")
  }

  /// The lines of a head, as bytes.
  func head() -> [UInt8] { Array((texts("head").map { $0 + "\r\n" }.joined() + "\r\n").utf8) }

  static func request(_ bytes: [UInt8]) -> HTTPRequestHead? {
    var parser = HTTPHeadParser(kind: .request, isLenient: true)
    guard case .request(let head) = parser.feed(bytes.span).result else { return nil }
    return head
  }

  func response() -> HTTPResponseHead {
    var parser = HTTPHeadParser(kind: .response, isLenient: true)
    guard case .response(let head) = parser.feed(head().span).result else {
      return HTTPResponseHead(status: integer("status") ?? 0)
    }
    return head
  }

  func remark() -> Remark {
    Remark(name: text("violation") ?? "", text: text("text") ?? "", section: text("section") ?? "unknown")
  }

  func end() -> CapturedEnd {
    CapturedEnd(
      cause: text("cause") ?? "", text: text("text") ?? "", violation: text("violation"),
      sentClose: object("sent")?.close(), receivedClose: object("received")?.close(),
      lifetime: duration("lifetime"), silence: duration("silence"))
  }

  private func close() -> CloseFrame {
    CloseFrame(
      code: integer("code").flatMap(UInt16.init(exactly:)).map(CloseCode.init(rawValue:)),
      reason: text("reason") ?? "")
  }
}

/// Frames.
extension CapturedLine {
  /// - Parameter type: the line's, one of a frame's.
  func frame(type: String, time: ContinuousClock.Instant) throws(Failure) -> FrameRecord {
    guard let word = text("dir") else { throw .missing("dir") }
    let direction: Direction
    switch word {
    case "in": direction = .received
    case "out": direction = .sent
    default: throw .malformed("dir")
    }
    var message: MessageRecord?
    var own: [UInt8]?
    switch type {
    case "text", "binary":
      guard let payload = try payload() else { throw .missing("text") }
      message = MessageRecord(
        opcode: type == "text" ? .text : .binary, payload: payload,
        wireSize: integer("wire").flatMap(UInt64.init(exactly:)),
        fragmentCount: max(1, integer("frames") ?? 1), isCompressed: value["compressed"] == .bool(true))
      own = payload
    case "close":
      let written = ByteBuffer()
      close().write(into: written)
      // One whose reason is no text stands there as it was.
      own = try payload() ?? Array(copying: written.span)
    default: own = try payload()
    }
    guard let wire = object("frame") else {
      return Self.guess(type: type, direction, time, payload: own ?? [], message)
    }
    guard let digits = wire.text("header"), let bytes = Self.bytes(hex: digits),
      let (header, size) = FrameHeader.read(bytes.span), size == bytes.count
    else { throw .malformed("header") }
    return FrameRecord(
      direction: direction, time: time, header: header, headerBytes: bytes, payload: try wire.payload() ?? own ?? [],
      offset: wire.offset, message: message, isRefused: wire.value["refused"] == .bool(true))
  }

  /// The rules that a frame breaks, as they were told.
  func frameRemarks() -> [Remark] {
    guard case .array(let elements) = value["frame"]?["violations"] else { return [] }
    return elements.map { CapturedLine($0).remark() }
  }

  private var offset: UInt64 { integer("offset").flatMap(UInt64.init(exactly:)) ?? 0 }

  /// Raw bytes that were sent on purpose.
  func sentBytes() throws(Failure) -> TraceEvent { .sentBytes(try payload() ?? [], offset: offset) }

  /// A frame of which nothing but its payload is known.
  private static func guess(
    type: String, _ direction: Direction, _ time: ContinuousClock.Instant, payload: [UInt8], _ message: MessageRecord?
  ) -> FrameRecord {
    let opcode: Opcode =
      switch type {
      case "text": .text
      case "binary": .binary
      case "ping": .ping
      case "pong": .pong
      default: .close
      }
    return FrameRecord(
      direction: direction, time: time, header: FrameHeader(opcode: opcode, payloadLength: UInt64(payload.count)),
      headerBytes: [], payload: payload, offset: 0, part: message.map { MessagePart(opcode: $0.opcode) },
      message: message)
  }

  private static func bytes(hex text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = HexDigits.value(digits[index]), let low = HexDigits.value(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}
