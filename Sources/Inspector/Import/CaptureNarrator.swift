import PlainText
public import Trace
public import WebSocketCore

/// Tells what a file holds, a line each, as `wscope inspect` shows it. What it returns is safe for a terminal.
public struct CaptureNarrator {
  /// How much is told.
  public enum Detail: Sendable {
    /// What breaks a rule, and nothing else.
    case violations
    /// Connections, frames, and what there is to say about them.
    case frames
    /// The way to the open connection and the heads of the handshake as well.
    case all
  }

  private let detail: Detail
  private let mask: SecretMask
  private let start: ContinuousClock.Instant

  /// - Parameter start: what times count from, as the reader has it.
  public init(detail: Detail, mask: SecretMask, start: ContinuousClock.Instant) {
    self.detail = detail
    self.mask = mask
    self.start = start
  }

  /// The lines for `event`; none where it is not to be told.
  /// - Parameter role: ours in its connection.
  public func lines(for event: CapturedEvent, role: Role) -> [String] {
    let findings = event.remarks.filter { detail != .violations || $0.isViolation }.map(line)
    switch event.content {
    case .frame(let frame, _):
      if detail == .violations, findings.isEmpty, frame.violations.isEmpty { return [] }
      return [FrameLine.text(frame, since: start)] + findings.map { "  \($0)" }
    case .remark: return findings
    case _ where detail == .violations: return findings
    case .start(_, let peer):
      let end = peer.isEmpty ? "" : " \(role == .client ? "to" : "from") \(safe(mask.target(peer)))"
      return ["* connection \(event.connection)\(end)" + (event.wallTime.map { ", \($0)" } ?? "")]
    case .trace(let trace): return lines(for: trace, role)
    case .refused(let words), .failed(let words): return ["* \(safe(words))"]
    case .end(let end): return ["* \(safe(end.text))"]
    }
  }

  private func lines(for event: TraceEvent, _ role: Role) -> [String] {
    switch event {
    case .opened, .sentBytes: break
    default: if detail != .all { return [] }
    }
    return Narrator(detail: .frames, mask: mask, start: start, isServer: role == .server)
      .lines(for: event)
  }

  private func line(_ remark: Remark) -> String {
    "\(remark.isViolation ? "!" : "*") \(safe(remark.text))" + (remark.section.map { " (\(safe($0)))" } ?? "")
  }

  private func safe(_ text: String) -> String { SafeText(text).string }
}

extension CapturedEvent {
  /// What there is to say about it, without the violations that its frame has.
  public var remarks: [Remark] {
    switch content {
    case .frame(_, let remarks): remarks
    case .remark(let remark): [remark]
    default: []
    }
  }

  /// How many rules of the protocol it breaks.
  public var violationCount: Int {
    var count = remarks.count(where: \.isViolation)
    if case .frame(let frame, _) = content { count += frame.violations.count }
    return count
  }
}
