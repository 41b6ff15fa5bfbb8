import PlainText
public import Trace
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

  /// What is told.
  public let detail: Detail
  private let mask: SecretMask
  private let start: ContinuousClock.Instant
  private let isServer: Bool

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
    case .frame(let frame): return detail < .frames ? [] : [FrameLine.text(frame, since: start)]
    case .sentBytes(let bytes, _):
      guard detail >= .frames else { return [] }
      return ["* raw bytes \(Quantity.bytes(bytes.count)) \(HexDump.oneLine(bytes.span, width: 60).string)"]
    case .ended(let verdict): return ["* \(verdict)"]
    }
  }

  private func safe(_ text: String) -> String { SafeText(text).string }

  private func head(_ bytes: [UInt8], mark: String) -> [String] {
    self.mask.lines(ofHead: bytes).map { "\(mark) \(safe($0))" }
  }

  private func agreements(_ answer: HandshakeAnswer) -> String {
    let subprotocol = answer.subprotocol.map { "subprotocol \(safe($0))" } ?? "no subprotocol"
    guard let deflate = answer.deflate else { return "\(subprotocol), no compression" }
    let (client, server) = isServer ? ("the client", "us") : ("us", "the server")
    func owner(_ side: String) -> String { side == "us" ? "ours" : "\(side)'s" }
    return "\(subprotocol), permessage-deflate with windows of \(deflate.clientWindowBits) bits (\(owner(client))) and "
      + "\(deflate.serverWindowBits) (\(owner(server))), "
      + "context kept by \(client): \(deflate.clientNoContextTakeover ? "no" : "yes")"
      + ", by \(server): \(deflate.serverNoContextTakeover ? "no" : "yes")"
  }
}
