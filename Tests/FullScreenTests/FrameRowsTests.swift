import Bytes
import Inspector
import PlainText
import Testing
import Trace
import WebSocketCore

@testable import FullScreen

@Suite struct `The frames tab` {
  /// A capture with these frames, a text in hexadecimal for each.
  private func screening(
    _ role: Role, _ direction: Direction, _ frames: [(digits: String, violations: [Violation])],
    message: MessageRecord? = nil
  ) throws -> Screening {
    var screening = Screening()
    let number = screening.model.add(url: "ws://api.test/", name: "api", phase: .file)
    func give(_ content: CapturedEvent.Content) {
      let event = CapturedEvent(connection: 1, wallTime: nil, elapsed: .zero, content: content)
      screening.give(.captured(number, event))
    }
    give(.start(role: role, peer: ""))
    for (index, frame) in frames.enumerated() {
      let bytes = frame.digits.split(separator: " ").compactMap { UInt8($0, radix: 16) }
      let read = FrameHeader.read(bytes.span)
      let (header, size) = try #require(read)
      let payload = Array(bytes[size...])
      let isLast = index == frames.count - 1
      let record = FrameRecord(
        direction: direction, time: Screening.start, header: header, headerBytes: Array(bytes[..<size]),
        payload: payload, offset: 0, part: MessagePart(opcode: .text, index: index),
        message: isLast ? message ?? MessageRecord(opcode: .text, payload: payload) : nil, violations: frame.violations)
      give(.frame(record, []))
    }
    return screening
  }

  private func rows(_ screening: Screening) throws -> [String] {
    let reference = try #require(screening.model.selected)
    let row = try #require(screening.model.row(reference))
    let rows = FrameRows(detail: screening.model.detail, reference: reference, row: row, model: screening.model)
    return rows.rows(width: 80).map(\.string)
  }

  @Test(
    "judges masking by whose the capture is",
    arguments: [
      (Role.client, Direction.sent, "81 81 00 00 00 00 61", " Masked, as a client must."),
      (.client, .received, "81 01 61", " Not masked, as from a server."),
      (.server, .sent, "81 01 61", " Not masked, as from a server."),
      (.server, .received, "81 81 00 00 00 00 61", " Masked, as a client must."),
      (.server, .received, "81 01 61", " Not masked, as a client must (RFC 6455, section 5.3)."),
    ])
  func masking(role: Role, direction: Direction, digits: String, fact: String) throws {
    let rows = try rows(screening(role, direction, [(digits, [])]))
    #expect(rows.contains(fact), "\(rows)")
  }

  @Test func `marks what breaks a rule, in the frame that does`() throws {
    var screening = try screening(
      .server, .received, [("01 01 61", [.unmaskedByClient]), ("80 81 00 00 00 00 62", [])],
      message: MessageRecord(opcode: .text, payload: [0x61, 0x62], fragmentCount: 2))
    let first = try rows(screening)
    #expect(first.contains(" frame 1 of 2 (. next)"))
    #expect(first.contains(" ! the client did not mask a frame (RFC 6455, section 5.1)"), "\(first)")
    #expect(first.contains("          [] !! text, length 1, not masked"), "\(first)")
    screening.model.detail.frame = 1
    let second = try rows(screening)
    #expect(!second.contains { $0.contains(" ! ") }, "\(second)")
    #expect(second.contains(" Frame 2 and last of a text message of 2 B."))
    #expect(screening.model.selected.flatMap { screening.model.row($0) }?.flags.contains(.problem) == true)
  }

  @Test(
    "is found by what is wrong",
    arguments: [("has:error", ["bad"]), ("-has:error", ["good"]), ("dir:out", ["bad"]), ("has:error dir:out", [])])
  func filter(text: String, expected: [String]) throws {
    var screening = try screening(
      .client, .received, [("81 03 62 61 64", [.maskedByServer])],
      message: MessageRecord(opcode: .text, payload: Array("bad".utf8)))
    screening.receive("good")
    try screening.type("f")
    for character in text { try screening.type(character == " " ? "Space" : "\(character)") }
    try screening.type("Enter")
    #expect(screening.shown == expected)
  }
}
