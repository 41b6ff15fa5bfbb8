import Testing
import Trace
import WebSocketCore

@Suite struct `A verdict` {
  /// The end of a connection and the line that tells it.
  struct Row: Sendable, CustomTestStringConvertible {
    var verdict: Verdict
    var words: String
    var testDescription: String { words }

    init(
      _ cause: Verdict.Cause, sent: CloseFrame? = nil, received: CloseFrame? = nil, inFrame: Bool = false,
      inMessage: Bool = false, cut: Violation? = nil, isReading: Bool = true, at offset: UInt64? = nil, _ words: String
    ) {
      verdict = Verdict(
        cause: cause, sentClose: sent, receivedClose: received, lifetime: .seconds(90), silence: .seconds(30),
        lastReceived: FrameGlance(opcode: .text, size: 5),
        lastSent: FrameGlance(opcode: .ping, size: 0), isInsideFrame: inFrame, isInsideMessage: inMessage,
        cut: cut, isReading: isReading, violationOffset: offset)
      self.words = words
    }
  }

  private static let evidence =
    "; silent for 30.0 s; last frame received: text of 5 B; last frame sent: ping of 0 B"
  private static let normal = CloseFrame(code: .normal, reason: "")
  private static let none = CloseFrame(code: nil, reason: "")
  private static let away = CloseFrame(code: .goingAway, reason: "restart\u{1B}[31m")

  static let rows: [Row] = [
    Row(
      .closedByUs, sent: normal, received: normal, "closed by us: 1000 (normal closure); open for 1 min 30 s"),
    Row(
      .closedByUs, sent: normal, received: none,
      "closed by us: 1000 (normal closure), the peer answered no code; open for 1 min 30 s"),
    Row(
      .closedByPeer, sent: away, received: away,
      #"closed by the peer: 1001 (going away), "restart\x1b[31m"; open for 1 min 30 s"#),
    Row(.closedByPeer, sent: none, received: none, "closed by the peer: no code; open for 1 min 30 s"),
    Row(.endedByPeer, "ended by the peer (FIN), no Close frame; open for 1 min 30 s" + evidence),
    Row(
      .endedByPeer, inFrame: true,
      "ended by the peer (FIN) in the middle of a frame, no Close frame; open for 1 min 30 s" + evidence),
    Row(
      .endedByPeer, inFrame: true, cut: .endInsideFrame(missing: 3),
      "ended by the peer (FIN) in the middle of a frame, no Close frame; open for 1 min 30 s; the stream ended inside "
        + "a frame, 3 bytes before the end of its payload (RFC 6455, section 7.1.5)" + evidence),
    Row(
      .endedByPeer, inMessage: true,
      "ended by the peer (FIN) in the middle of a message, no Close frame; open for 1 min 30 s" + evidence),
    Row(
      .endedByPeer, sent: normal,
      "ended by the peer (FIN), no Close frame in answer to ours; open for 1 min 30 s" + evidence),
    Row(.resetByPeer, "reset by the peer (RST), no Close frame; open for 1 min 30 s" + evidence),
    Row(
      .truncated, "ended by the peer without the TLS close_notify, no Close frame; open for 1 min 30 s" + evidence),
    Row(
      .broken("no route to host\n"), inFrame: true,
      #"the connection broke in the middle of a frame: no route to host\n; open for 1 min 30 s"# + evidence),
    Row(
      .violation(.reservedOpcode(Opcode(rawValue: 11))), sent: CloseFrame(code: .protocolError, reason: ""), at: 1234,
      "reserved opcode 11, in the frame at byte 1234 (RFC 6455, section 5.2); we closed with 1002 (protocol error)"
        + "; open for 1 min 30 s" + evidence),
    Row(
      .violation(.maskedByServer), "the server masked a frame (RFC 6455, section 5.1); open for 1 min 30 s" + evidence
    ),
    Row(
      .closeTimeout(.seconds(5)), sent: normal,
      "given up: no answer to our Close within 5.0 s; open for 1 min 30 s" + evidence),
    Row(
      .closeTimeout(.seconds(5)), sent: normal, isReading: false,
      "given up: reading was paused, so no answer to our Close was seen within 5.0 s; open for 1 min 30 s" + evidence),
    Row(
      .pingTimeout(.seconds(10)),
      "given up: no answer to our ping within 10.0 s; open for 1 min 30 s" + evidence),
    Row(.abandoned, "left by us without a Close frame; open for 1 min 30 s"),
  ]

  @Test("says who ended the connection, and how", arguments: rows)
  func words(row: Row) {
    #expect("\(row.verdict)" == row.words)
  }

  @Test("is normal only after a Close that means success", arguments: rows)
  func normal(row: Row) {
    let isClosed = row.verdict.cause == .closedByUs || row.verdict.cause == .closedByPeer
    #expect(row.verdict.isNormal == isClosed)
    var other = row.verdict
    other.receivedClose = CloseFrame(code: .internalError, reason: "")
    #expect(!other.isNormal)
    // Unless it was our choice.
    other.sentClose = other.receivedClose
    #expect(other.isNormal == (other.cause == .closedByUs))
  }

  @Test("a violation's words are safe for a terminal and name the frame", arguments: Violation.samples)
  func violations(violation: Violation) {
    let row = Row(.violation(violation), at: 7, "")
    #expect("\(row.verdict)".hasPrefix("\(violation), in the frame at byte 7 (\(violation.section))"))
  }
}
