import PlainText
import WebSocketCore

extension Verdict: CustomStringConvertible {
  /// One line for people; the reason is the peer's and is made safe for a terminal.
  public var description: String {
    let parts = [ending, "open for \(Quantity.duration(lifetime))"] + evidence
    return parts.joined(separator: "; ")
  }

  private var ending: String {
    switch cause {
    case .closedByUs:
      let answer = receivedClose == sentClose ? "" : ", the peer answered \(words(receivedClose))"
      return "closed by us: \(words(sentClose))\(answer)"
    case .closedByPeer: return "closed by the peer: \(words(receivedClose))"
    case .endedByPeer: return "ended by the peer (FIN)\(place)\(withoutClose)"
    case .resetByPeer: return "reset by the peer (RST)\(place)\(withoutClose)"
    case .truncated: return "ended by the peer without the TLS close_notify\(place)\(withoutClose)"
    case .broken(let reason): return "the connection broke\(place): \(SafeText(reason).string)"
    case .violation(let violation):
      let code = sentClose?.code.map { "; we closed with \($0.rawValue) (\($0.name))" } ?? ""
      let frame = violationOffset.map { ", in the frame at byte \($0)" } ?? ""
      return "\(SafeText(violation.description).string)\(frame) (\(violation.section))\(code)"
    case .closeTimeout(let limit) where !isReading:
      return "given up: reading was paused, so no answer to our Close was seen within \(Quantity.duration(limit))"
    case .closeTimeout(let limit): return "given up: no answer to our Close within \(Quantity.duration(limit))"
    case .pingTimeout(let limit): return "given up: no answer to our ping within \(Quantity.duration(limit))"
    case .abandoned: return "left by us without a Close frame"
    }
  }

  /// A part of a frame or message that came is lost: say so.
  private var place: String {
    isInsideFrame ? " in the middle of a frame" : isInsideMessage ? " in the middle of a message" : ""
  }

  private var withoutClose: String {
    if let receivedClose { return " after its Close \(words(receivedClose))" }
    return sentClose == nil ? ", no Close frame" : ", no Close frame in answer to ours"
  }

  private var evidence: [String] {
    switch cause {
    case .closedByUs, .closedByPeer, .abandoned: return []
    default: break
    }
    var parts = cut.map { ["\($0) (\($0.section))"] } ?? []
    parts.append("silent for \(Quantity.duration(silence))")
    if let lastReceived { parts.append("last frame received: \(words(lastReceived))") }
    if let lastSent { parts.append("last frame sent: \(words(lastSent))") }
    return parts
  }

  private func words(_ close: CloseFrame?) -> String {
    guard let close, let code = close.code else { return "no code" }
    let reason = close.reason.isEmpty ? "" : ", \"\(SafeText(close.reason).string)\""
    return "\(code.rawValue) (\(code.name))\(reason)"
  }

  private func words(_ frame: FrameGlance) -> String {
    "\(frame.opcode.name) of \(Quantity.bytes(Int(clamping: frame.size)))"
  }
}
