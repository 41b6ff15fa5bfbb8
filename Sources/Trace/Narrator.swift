import Bytes
import PlainText
import WebSocketCore

/// Tells what happens on a connection, a line each, as `-v` and `-vv` show it. What it returns is safe for a terminal.
public struct Narrator {
  public enum Detail: Int, Comparable, Sendable {
    /// Nothing but what is wrong.
    case quiet
    /// How the connection was made and how it ended.
    case phases
    /// Each frame as well.
    case frames

    public static func < (one: Detail, other: Detail) -> Bool { one.rawValue < other.rawValue }
  }

  private let detail: Detail
  private let mask: SecretMask
  private let start: ContinuousClock.Instant
  private let isServer: Bool

  /// How much of a payload a line shows, in characters.
  private static let payloadWidth = 60

  /// - Parameters:
  ///   - start: what times count from.
  ///   - isServer: requests are received and answers sent.
  public init(detail: Detail, mask: SecretMask, start: ContinuousClock.Instant, isServer: Bool = false) {
    self.isServer = isServer
    self.detail = detail
    self.mask = mask
    self.start = start
  }

  /// The lines for `event`; none where it is not to be told.
  public func lines(for event: TraceEvent) -> [String] {
    switch event {
    case .tolerated(let violation):
      return ["* tolerated: \(SafeText(violation.description).string) (\(violation.section))"]
    case _ where detail < .phases: return []
    case .began(let phase, let what):
      return ["* \(phase.gerund)" + (what.isEmpty ? "" : ": \(safe(mask.target(what)))")]
    case .attemptFailed(_, let what): return ["* failed: \(safe(what))"]
    case .finished(let phase, let what, let duration):
      return ["* \(phase.rawValue): done in \(Quantity.duration(duration))" + (what.isEmpty ? "" : ": \(safe(what))")]
    case .secured(let security):
      return ["* \(safe(security.version)), \(safe(security.cipher)); certificate \(safe(security.verification))"]
        + security.certificates.map { "*   \(safe($0))" }
    case .request(let bytes): return head(bytes, mark: isServer ? "<" : ">")
    case .response(let head): return self.head(head.bytes, mark: isServer ? ">" : "<")
    case .opened(let answer):
      let notes = answer.notes.map { "* tolerated: \(safe($0))" }
      return notes + ["* open; \(agreements(answer))"]
    case .refused(let failure): return ["* refused: \(safe(failure.description)) (\(failure.section))"]
    case .frame(let frame): return detail < .frames ? [] : [line(for: frame)]
    case .sentBytes(let bytes, _): return detail < .frames ? [] : [line(forBytes: bytes)]
    case .ended(let verdict): return ["* \(verdict)"]
    }
  }

  private func safe(_ text: String) -> String { SafeText(text).string }

  private func head(_ bytes: [UInt8], mark: String) -> [String] {
    let text = String(decoding: bytes, as: UTF8.self)
    return text.split(separator: "\r\n").map { "\(mark) \(safe(mask.line(String($0))))" }
  }

  private func agreements(_ answer: HandshakeAnswer) -> String {
    let subprotocol = answer.subprotocol.map { "subprotocol \(safe($0))" } ?? "no subprotocol"
    guard let deflate = answer.deflate else { return "\(subprotocol), no compression" }
    return "\(subprotocol), permessage-deflate with windows of \(deflate.clientWindowBits) bits (ours) and "
      + "\(deflate.serverWindowBits) (the server's), "
      + "context kept by us: \(deflate.clientNoContextTakeover ? "no" : "yes")"
      + ", by the server: \(deflate.serverNoContextTakeover ? "no" : "yes")"
  }

  /// `   12.4 ms < text 5 B fin rsv1 mask 01020304 "hello"`.
  private func line(for frame: FrameRecord) -> String {
    let header = frame.header
    var words = [
      Quantity.duration(start.duration(to: frame.time)), frame.direction == .sent ? ">" : "<", header.opcode.name,
      Quantity.bytes(Int(clamping: header.payloadLength)),
    ]
    if header.isFinal { words.append("fin") }
    for (bit, name) in [(ReservedBits.rsv1, "rsv1"), (.rsv2, "rsv2"), (.rsv3, "rsv3")]
    where header.reservedBits.contains(bit) { words.append(name) }
    if let key = header.maskingKey {
      let digits = String(key.value, radix: 16)
      words.append("mask \(String(repeating: "0", count: 8 - digits.count))\(digits)")
    }
    if !frame.payload.isEmpty { words.append(payload(of: frame)) }
    return words.joined(separator: " ")
  }

  private func payload(of frame: FrameRecord) -> String {
    if frame.header.opcode == .close, frame.payload.count >= 2 {
      let code = CloseCode(rawValue: frame.payload.span.bigEndian(at: 0, as: UInt16.self))
      let reason = SafeText(String(decoding: frame.payload.dropFirst(2), as: UTF8.self)).string
      return "\(code.rawValue) (\(code.name))" + (reason.isEmpty ? "" : " \"\(reason)\"")
    }
    if frame.header.opcode == .text, !frame.header.reservedBits.contains(.rsv1) {
      let start = String(decoding: frame.payload.prefix(4 * Self.payloadWidth), as: UTF8.self).prefix(Self.payloadWidth)
      return "\"\(safe(String(start)))\"" + (start.utf8.count < frame.payload.count ? "…" : "")
    }
    return digits(frame.payload)
  }

  /// `* raw bytes 3 B 81 05 68`.
  private func line(forBytes bytes: [UInt8]) -> String {
    "* raw bytes \(Quantity.bytes(bytes.count)) \(digits(bytes))"
  }

  private func digits(_ bytes: [UInt8]) -> String {
    let digits = bytes.prefix(Self.payloadWidth / 3).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    return digits.joined(separator: " ") + (digits.count < bytes.count ? " …" : "")
  }
}
