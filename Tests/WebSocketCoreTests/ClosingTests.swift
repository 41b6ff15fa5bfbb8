import Bytes
import Testing
import WebSocketCore

@Suite struct `The closing handshake` {
  @Test("answers every allowed code with itself, every other with 1002 (7.4, 7.4.1)", arguments: bothRoles)
  func codes(role: Role) {
    // Every code of the registered ranges; beyond them every 97th.
    for value in Array(0...5001) + Array(stride(from: UInt16(5002), through: 65_400, by: 97)) + [65_535] {
      let code = CloseCode(rawValue: value)
      let machine = Machine(role)
      machine.receive(Frame(.close, Frame.closePayload(value)).bytes(to: role))
      let answers = machine.takeFrames()
      switch value {
      case 1000...1003, 1007...1014, 3000...4999:
        #expect(answers.map(\.payload) == [Frame.closePayload(value)])
        #expect(machine.closing == .closed)
      default:
        #expect(machine.seen == [.violation(.reservedCloseCode(code))])
        #expect(answers.first?.payload.prefix(2) == [0x03, 0xEA])
      }
      #expect(machine.receivedClose == CloseFrame(code: code))
    }
  }

  @Test("answers a Close without payload with one (7.1.5)", arguments: bothRoles)
  func emptyClose(role: Role) {
    let machine = Machine(role)
    machine.receive(Frame(.close).bytes(to: role))
    #expect(machine.takeFrames().map(\.unmasked) == [Frame(.close)])
    #expect(machine.receivedClose == CloseFrame(code: nil))
    #expect(machine.sentClose == CloseFrame(code: nil))
    #expect(machine.closing == .closed && !machine.weStarted)
  }

  @Test("takes a reason of up to 123 bytes (5.5.1)", arguments: bothRoles)
  func reason(role: Role) {
    let machine = Machine(role)
    let reason = String(repeating: "x", count: 123)
    machine.receive(Frame(.close, Frame.closePayload(1000, reason)).bytes(to: role), pieceSize: 1)
    #expect(machine.seen == [.message(.close, Frame.closePayload(1000, reason))])
    #expect(machine.receivedClose == CloseFrame(code: .normal, reason: reason))
  }

  @Test("ignores data and pings after the peer's Close (5.5.1)", arguments: bothRoles)
  func afterTheirClose(role: Role) {
    let machine = Machine(role)
    machine.receive(
      (Frame(.close, Frame.closePayload(1000)).bytes(to: role) + Frame.text("late").bytes(to: role)
        + Frame(.ping, [1]).bytes(to: role) + [0xFF, 0xFF, 0xFF]))
    machine.receive(Frame.text("later").bytes(to: role), pieceSize: 1)
    #expect(machine.seen == [.message(.close, Frame.closePayload(1000))])
    #expect(machine.takeFrames().map(\.unmasked) == [Frame(.close, Frame.closePayload(1000))])
    #expect(machine.endOfInput() == nil)
  }

  @Test("still delivers messages and answers pings after our Close (1.4, 5.5.2)", arguments: bothRoles)
  func afterOurClose(role: Role) throws {
    let machine = Machine(role)
    try machine.sendClose(.goingAway, reason: "bye")
    #expect(machine.takeFrames().map(\.unmasked) == [Frame(.close, Frame.closePayload(1001, "bye"))])
    #expect(machine.closing == .sentClose && machine.weStarted)
    machine.receive(Frame.text("still here").bytes(to: role) + Frame(.ping, [1]).bytes(to: role))
    #expect(machine.seen == [.text("still here"), .message(.ping, [1])])
    #expect(machine.takeFrames().map(\.unmasked) == [Frame(.pong, [1])])
    machine.receive(Frame(.close, Frame.closePayload(1001)).bytes(to: role))
    #expect(machine.closing == .closed)
    #expect(machine.takeFrames().isEmpty, "a Close is answered once")
  }

  @Test("ends when both Closes cross (7.1.1)", arguments: bothRoles)
  func simultaneous(role: Role) throws {
    let machine = Machine(role)
    try machine.sendClose(.normal)
    machine.output.removeAll()
    machine.receive(Frame(.close, Frame.closePayload(4000, "mine")).bytes(to: role))
    #expect(machine.closing == .closed && machine.weStarted)
    #expect(machine.sentClose == CloseFrame(code: .normal))
    #expect(machine.receivedClose == CloseFrame(code: CloseCode(rawValue: 4000), reason: "mine"))
    #expect(machine.output.isEmpty)
  }

  @Test("judges the peer's Close while we are closing, and sends no second one (5.5.1)", arguments: bothRoles)
  func badCloseWhileClosing(role: Role) throws {
    for (payload, violation) in [
      ([0x03], Violation.closePayloadOfOneByte), (Frame.closePayload(1006), .reservedCloseCode(.abnormalClosure)),
      (Frame.closePayload(1000) + [0xFF], .invalidUTF8InCloseReason(offset: 0)),
    ] {
      let machine = Machine(role)
      try machine.sendClose(.normal)
      machine.output.removeAll()
      machine.receive(Frame(.close, payload).bytes(to: role))
      #expect(machine.seen == [.violation(violation)])
      #expect(machine.closing == .failed(violation))
      #expect(machine.output.isEmpty)
      #expect(machine.sentClose == CloseFrame(code: .normal))
    }
  }

  @Test("answers with the code received, also inside a fragmented message (7.1.5)", arguments: bothRoles)
  func insideMessage(role: Role) {
    let machine = Machine(role)
    machine.receive(
      Frame(.text, [0x61], isFinal: false).bytes(to: role) + Frame(.close, Frame.closePayload(3999)).bytes(to: role)
        + Frame(.continuation, [0x62]).bytes(to: role))
    #expect(machine.seen == [.frame(.text, [0x61]), .message(.close, Frame.closePayload(3999))])
    #expect(machine.takeFrames().map(\.payload) == [Frame.closePayload(3999)])
  }

  @Test("holds our answer back when told to", arguments: bothRoles)
  func heldBack(role: Role) throws {
    let machine = Machine(role)
    machine.connection.answersClose = false
    machine.receive(Frame(.close, Frame.closePayload(1000)).bytes(to: role))
    #expect(machine.closing == .receivedClose && machine.output.isEmpty)
    try machine.sendClose(.policyViolation)
    #expect(machine.closing == .closed && !machine.weStarted)
    #expect(machine.takeFrames().map(\.payload) == [Frame.closePayload(1008)])
  }

  @Test("refuses codes and reasons that must not be sent (5.5, 7.4.1)", arguments: bothRoles)
  func misuse(role: Role) {
    let machine = Machine(role)
    for value: UInt16 in [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535] {
      let code = CloseCode(rawValue: value)
      #expect(throws: Misuse.closeCodeNotSendable(code)) {
        try machine.sendClose(code)
      }
    }
    #expect(throws: Misuse.closeReasonTooLong(size: 124)) {
      try machine.sendClose(
        .normal, reason: String(repeating: "é", count: 62))
    }
    #expect(throws: Misuse.closeReasonWithoutCode) {
      try machine.sendClose(nil, reason: "why")
    }
    #expect(machine.output.isEmpty && machine.closing == .open)
  }

  @Test("lets nothing follow our Close", arguments: bothRoles)
  func nothingFollows(role: Role) throws {
    let machine = Machine(role)
    try machine.sendClose(nil)
    #expect(machine.takeFrames().map(\.unmasked) == [Frame(.close)])
    #expect(!machine.send(.text, [0x61]) && !machine.maySendMessage)
    #expect(throws: Misuse.closeAlreadySent) {
      try machine.sendPing([])
    }
    #expect(throws: Misuse.closeAlreadySent) {
      try machine.sendClose(.normal)
    }
    #expect(machine.output.isEmpty)
  }

  @Test("has sentences for what we must not do")
  func sentences() {
    #expect(
      Misuse.closeCodeNotSendable(.noStatusReceived).description
        == "close code 1005 (no status received) must not be sent; use 1000 to 1003, 1007 to 1014 or 3000 to 4999")
    #expect(
      Misuse.closeReasonTooLong(size: 124).description == "a close reason has at most 123 bytes, this one has 124")
    #expect(Misuse.closeReasonWithoutCode.description == "a close reason needs a close code")
    #expect(
      Misuse.controlPayloadTooLong(.ping, size: 126).description
        == "a ping's payload has at most 125 bytes, this one has 126")
    #expect(Misuse.closeAlreadySent.description == "the connection is closing: nothing may be sent after a Close frame")
  }
}
