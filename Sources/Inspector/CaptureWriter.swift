public import Bytes
public import Trace
public import WebSocketCore

/// Writes what happens on one connection as JSON Lines: the events of `--jsonl` with the wire beside them.
///
/// Each line has `at` (the wall clock), `elapsed` (seconds since the capture began, by a clock that only goes forward),
/// `connection` and `type`. A text, binary, ping, pong or close is written as `--jsonl` writes it, with `frame` added:
/// the frame that completed it. A frame that completes nothing has the type `frame`. A payload stands in `frame` only
/// where it is not the event's own, as in compressed or fragmented messages. A frame that breaks rules says which in
/// `violations`, and one that the connection failed for is `refused`. Other types: `start`, `phase`, `tls`,
/// `request`, `response`, `open`, `refused`, `failed`, `tolerated`, `bytes` (raw ones sent on purpose), `end`; and
/// `remark`, what a reader of a file had to say. What is not known, such as the time, is left out.
public struct CaptureWriter {
  private let connection: Int
  private let role: Role
  private let mask: SecretMask
  let start: ContinuousClock.Instant

  /// A writer for one connection.
  /// - Parameters:
  ///   - connection: its number, from 1.
  ///   - role: ours.
  ///   - mask: replaces secrets in heads and URLs.
  ///   - start: when the capture began.
  public init(connection: Int, role: Role, mask: SecretMask, start: ContinuousClock.Instant) {
    self.connection = connection
    self.role = role
    self.mask = mask
    self.start = start
  }

  /// The version of the format, in each `start`.
  public static let version = 1

  /// Appends the connection's first line.
  /// - Parameters:
  ///   - peer: the URL, or a client's address.
  ///   - isContinued: whether an older file has the connection's beginning.
  public func begin(
    peer: String, isContinued: Bool = false, at time: UTCTime?, now: ContinuousClock.Instant, into output: ByteBuffer
  ) {
    line("start", nil, time, now, output) { object in
      object.add("version", Self.version)
      object.add("role", role == .client ? "client" : "server")
      object.add("peer", mask.target(peer))
      if isContinued { object.add("continued", true) }
    }
  }

  /// Appends a line that says why there is no connection.
  public func fail(_ words: String, at time: UTCTime?, now: ContinuousClock.Instant, into output: ByteBuffer) {
    line("failed", nil, time, now, output) { $0.add("text", words) }
  }

  /// Appends an event's line.
  public func append(
    _ event: TraceEvent, at time: UTCTime?, now: ContinuousClock.Instant, into output: ByteBuffer
  ) {
    switch event {
    case .began(let phase, let what): append(phase, "began", what, nil, time, now, output)
    case .attemptFailed(let phase, let what): append(phase, "failed", what, nil, time, now, output)
    case .finished(let phase, let what, let duration): append(phase, "done", what, duration, time, now, output)
    case .secured(let security):
      line("tls", nil, time, now, output) { object in
        object.add("version", security.version)
        object.add("cipher", security.cipher)
        object.add("certificates", security.certificates)
        object.add("verification", security.verification)
      }
    case .request(let bytes):
      line("request", role == .client ? .sent : .received, time, now, output) {
        $0.add("head", mask.lines(ofHead: bytes))
      }
    case .response(let head):
      line("response", role == .client ? .received : .sent, time, now, output) { object in
        object.add("status", head.status)
        object.add("head", mask.lines(ofHead: head.bytes))
      }
    case .opened(let answer):
      line("open", nil, time, now, output) { object in
        object.add("subprotocol", answer.subprotocol)
        object.add("extensions", answer.extensions)
        object.add("notes", answer.notes)
      }
    case .refused(let failure): line("refused", nil, time, now, output) { $0.add("text", failure.description) }
    case .frame(let frame): append(frame, time, output)
    case .tolerated(let violation): line("tolerated", nil, time, now, output) { $0.add(violation) }
    case .sentBytes(let bytes, let offset):
      line("bytes", .sent, time, now, output) { object in
        object.add(payload: bytes, isText: false)
        object.add("offset", offset)
      }
    case .ended(let verdict): append(CapturedEnd(verdict), time, now, output)
    }
  }

  func line(
    _ type: String, _ direction: Direction?, _ time: UTCTime?, _ now: ContinuousClock.Instant, _ output: ByteBuffer,
    _ body: (inout JSONObjectWriter) -> Void
  ) {
    var object = JSONObjectWriter(output)
    if let time { object.add("at", time) }
    object.add("elapsed", start.duration(to: now))
    object.add("connection", connection)
    if let direction { object.add("dir", direction == .received ? "in" : "out") }
    object.add("type", type)
    body(&object)
    object.end()
    output.append(UInt8(ascii: "\n"))
  }

  private func append(
    _ phase: Phase, _ state: String, _ what: String, _ duration: Duration?, _ time: UTCTime?,
    _ now: ContinuousClock.Instant, _ output: ByteBuffer
  ) {
    line("phase", nil, time, now, output) { object in
      object.add("phase", phase.rawValue)
      object.add("state", state)
      if !what.isEmpty { object.add("text", mask.target(what)) }
      if let duration { object.add("seconds", duration) }
    }
  }
}

/// Frames and messages.
extension CaptureWriter {
  /// - Parameter more: adds further members.
  func append(
    _ frame: FrameRecord, _ time: UTCTime?, _ output: ByteBuffer, more: (inout JSONObjectWriter) -> Void = { _ in }
  ) {
    let close = Self.close(frame)
    let isControl = frame.header.opcode.isControl && !frame.header.opcode.isReserved && !frame.isRefused
    let isTold = isControl && (frame.header.opcode != .close || close != nil || frame.headerBytes.isEmpty)
    let type = frame.message?.opcode.name ?? (isTold ? frame.header.opcode.name : "frame")
    line(type, frame.direction, time, frame.time, output) { object in
      var isWritten = true
      if let message = frame.message {
        object.add(payload: message.payload, isText: message.opcode == .text)
        object.add("size", message.payload.count)
        if message.fragmentCount > 1 { object.add("frames", message.fragmentCount) }
        if message.isCompressed {
          object.add("compressed", true)
          object.add("wire", message.wireSize)
        }
        isWritten = message.payload == frame.payload
      } else if let close {
        object.add(close)
      } else if type != "frame" {
        object.add(payload: frame.payload, isText: true)
      } else {
        isWritten = false
      }
      // A frame of a file that has no headers is nothing but what it says.
      if !frame.headerBytes.isEmpty { object.add("frame") { $0.add(frame, withPayload: !isWritten) } }
      more(&object)
    }
  }

  /// What a Close frame says, where that is all of it.
  private static func close(_ frame: FrameRecord) -> CloseFrame? {
    guard frame.header.opcode == .close, !frame.isRefused else { return nil }
    let payload = frame.payload.span
    if payload.count == 0 { return CloseFrame(code: nil) }
    guard payload.count >= 2, UTF8Validator.isValid(payload.extracting(2...)) else { return nil }
    return CloseFrame(
      code: CloseCode(rawValue: payload.bigEndian(at: 0, as: UInt16.self)),
      reason: String(decoding: frame.payload.dropFirst(2), as: UTF8.self))
  }
}

extension JSONObjectWriter {
  mutating func add(_ close: CloseFrame) {
    if let code = close.code { add("code", code.rawValue) }
    add("reason", close.reason)
  }

  fileprivate mutating func add(_ violation: Violation) {
    add("violation", violation.name)
    add("section", violation.section)
    add("text", violation.description)
  }

  fileprivate mutating func add(_ frame: FrameRecord, withPayload: Bool) {
    let header = frame.header
    add("header", hex: frame.headerBytes)
    add("fin", header.isFinal)
    // RSV1 is 4, RSV2 is 2, RSV3 is 1.
    add("rsv", header.reservedBits.rawValue)
    add("opcode", header.opcode.rawValue)
    if let key = header.maskingKey {
      add("mask", hex: (0..<4).map { UInt8(truncatingIfNeeded: key.value >> (24 - 8 * $0)) })
    } else {
      add("mask", nil)
    }
    add("length", header.payloadLength)
    add("offset", frame.offset)
    if withPayload {
      // A fragment of a text may end inside a character, a compressed one is no text.
      add(payload: frame.payload, isText: header.opcode.rawValue < 2 && header.reservedBits.isEmpty)
    }
    if !frame.violations.isEmpty { add("violations", frame.violations) { $0.add($1) } }
    if frame.isRefused { add("refused", true) }
  }
}

/// Ends.
extension CaptureWriter {
  func append(_ end: CapturedEnd, _ time: UTCTime?, _ now: ContinuousClock.Instant, _ output: ByteBuffer) {
    line("end", nil, time, now, output) { object in
      object.add("cause", end.cause)
      object.add("text", end.text)
      if let violation = end.violation { object.add("violation", violation) }
      if let close = end.sentClose { object.add("sent") { $0.add(close) } }
      if let close = end.receivedClose { object.add("received") { $0.add(close) } }
      if let lifetime = end.lifetime { object.add("lifetime", lifetime) }
      if let silence = end.silence { object.add("silence", silence) }
    }
  }
}

extension Verdict.Cause {
  /// For programs.
  var name: String {
    switch self {
    case .closedByUs: "closed-by-us"
    case .closedByPeer: "closed-by-peer"
    case .endedByPeer: "ended-by-peer"
    case .resetByPeer: "reset-by-peer"
    case .truncated: "truncated"
    case .broken: "broken"
    case .violation: "violation"
    case .closeTimeout: "close-timeout"
    case .pingTimeout: "ping-timeout"
    case .abandoned: "abandoned"
    }
  }
}
