import Bytes
import Testing
import WebSocketCore

@Suite struct `A close code` {
  /// RFC 6455, section 7.4; IANA's registry for 1012 to 1014.
  @Test func `is allowed on the wire as the registry says`() {
    let allowed = (0...65535).filter { CloseCode(rawValue: UInt16($0)).isAllowedOnTheWire }
    #expect(allowed == Array(1000...1003) + Array(1007...1014) + Array(3000...4999))
    #expect(!CloseCode.noStatusReceived.isSendableByUser && CloseCode(rawValue: 4999).isSendableByUser)
  }

  @Test(
    "has a name",
    arguments: [
      (1000, "normal closure"), (1001, "going away"), (1002, "protocol error"), (1006, "abnormal closure"),
      (1007, "invalid payload"), (1009, "message too big"), (1014, "bad gateway"), (1015, "TLS handshake"),
      (3000, "unauthorized"), (3001, "registered"), (4000, "private use"), (1016, "reserved"), (1004, "reserved"),
      (999, "invalid"), (5000, "invalid"),
    ])
  func name(code: UInt16, name: String) { #expect(CloseCode(rawValue: code).name == name) }

  @Test(
    "is found by its name",
    arguments: [
      ("normal", 1000), ("normal closure", 1000), ("goingAway", 1001), ("going-away", 1001), ("TLS handshake", 1015),
      ("try_again_later", 1013), ("timeout", 3008),
    ])
  func named(word: String, code: UInt16) { #expect(CloseCode(named: word)?.rawValue == code) }

  @Test func `is not found by another word`() { #expect(CloseCode(named: "bye") == nil) }
}

@Suite struct `A close frame` {
  struct Row: Sendable, CustomStringConvertible {
    var payload: [UInt8]
    var frame: CloseFrame
    var violation: Violation?
    var description: String { hex(payload) }
  }

  static let rows = [
    Row(payload: [], frame: CloseFrame(code: nil)),
    Row(payload: [0x03, 0xE8], frame: CloseFrame(code: .normal)),
    Row(payload: [0x03, 0xE8] + Array("bye 😀".utf8), frame: CloseFrame(code: .normal, reason: "bye 😀")),
    Row(payload: [0x03], frame: CloseFrame(code: nil), violation: .closePayloadOfOneByte),
    Row(
      payload: [0x03, 0xED], frame: CloseFrame(code: .noStatusReceived),
      violation: .reservedCloseCode(.noStatusReceived)),
    Row(
      payload: [0x03, 0xE8, 0x61, 0xFF], frame: CloseFrame(code: .normal, reason: "a\u{FFFD}"),
      violation: .invalidUTF8InCloseReason(offset: 1)),
    Row(
      payload: [0x03, 0xE8, 0x61, 0xC3], frame: CloseFrame(code: .normal, reason: "a\u{FFFD}"),
      violation: .invalidUTF8InCloseReason(offset: 2)),
  ]

  @Test("is read from its payload", arguments: rows)
  func read(row: Row) {
    let (frame, violation) = CloseFrame.read(row.payload.span)
    #expect(frame == row.frame)
    #expect(violation == row.violation)
  }

  @Test("is written as it was read", arguments: rows.filter { $0.violation == nil })
  func write(row: Row) {
    let output = ByteBuffer()
    row.frame.write(into: output)
    #expect(array(output.span) == row.payload)
  }

  @Test func `has a reason cut between characters`() {
    #expect(CloseFrame.fittingReason("short") == "short")
    #expect(CloseFrame.fittingReason(String(repeating: "é", count: 100)) == String(repeating: "é", count: 61))
    #expect(CloseFrame.fittingReason(String(repeating: "x", count: 200)).utf8.count == 123)
  }
}
