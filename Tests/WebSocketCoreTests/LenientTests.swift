import Bytes
import Testing
import WebSocketCore

@Suite struct `A lenient connection` {
  typealias Row = `A violation`.Row

  @Test("reports what can be passed over, and goes on", arguments: `A violation`.rows)
  func goesOn(row: Row) {
    for pieceSize in [Int.max, 1] {
      let machine = Machine(row.role, limits: row.limits, isLenient: true, deflate: row.deflate)
      machine.receive(row.bytes, pieceSize: pieceSize)
      #expect(machine.seen.contains(.violation(row.violation)))
      #expect(machine.isFailed == !row.violation.isPassable)
      guard row.violation.isPassable else { continue }
      // Rows of a header alone: its payload, as zeros.
      for _ in 0..<70_000 where machine.isInsideFrame { machine.receive([0]) }
      machine.receive(Frame.text("later").bytes(to: row.role), pieceSize: pieceSize)
      #expect(!machine.isFailed)
      if machine.receivedClose == nil {
        #expect(machine.seen.last == .text("later"))
        #expect(machine.sentClose == nil)
      } else {
        #expect(machine.closing == .closed)
      }
    }
  }

  @Test("gives out the frame it reported", arguments: bothRoles)
  func givesOut(role: Role) {
    for pieceSize in [Int.max, 1] {
      let machine = Machine(role, isLenient: true)
      machine.receive(
        Frame(.text, [0x61, 0xFF, 0x62, 0xFE], reservedBits: .rsv2).bytes(to: role)
          + Frame(.continuation, [1]).bytes(to: role)
          + Frame(Opcode(rawValue: 3), [2]).bytes(to: role) + Frame(.ping, [3], isFinal: false).bytes(to: role)
          + Frame(.text, [0xC3]).bytes(to: role),
        pieceSize: pieceSize)
      #expect(
        machine.seen == [
          .violation(.reservedBits(.rsv2, .text)), .violation(.invalidUTF8(byte: 0xFF, offset: 1)),
          .message(.text, [0x61, 0xFF, 0x62, 0xFE]), .violation(.unexpectedContinuation), .frame(.continuation, [1]),
          .violation(.reservedOpcode(Opcode(rawValue: 3))), .frame(Opcode(rawValue: 3), [2]),
          .violation(.fragmentedControl(.ping)), .message(.ping, [3]), .violation(.truncatedUTF8(size: 1)),
          .message(.text, [0xC3]),
        ])
      #expect(machine.takeFrames().map(\.unmasked) == [Frame(.pong, [3])])
    }
  }

  @Test("reports each of a header's faults, in the order of its bytes")
  func manyFaults() {
    let machine = Machine(.client, isLenient: true)
    machine.receive([0x79, 0xFE, 0, 1, 0, 0, 0, 0, 0x2A])
    #expect(
      machine.seen == [
        .violation(.reservedBits([.rsv1, .rsv2, .rsv3], .ping)), .violation(.fragmentedControl(.ping)),
        .violation(.maskedByServer), .violation(.nonMinimalLength(1, .sixteen)), .message(.ping, [0x2A]),
      ])
  }

  @Test("drops a message that another one interrupts", arguments: bothRoles)
  func interrupted(role: Role) {
    let machine = Machine(role, isLenient: true)
    machine.receive(
      Frame(.text, [0x61], isFinal: false).bytes(to: role) + Frame(.binary, [1], isFinal: false).bytes(to: role)
        + Frame(.continuation, [2]).bytes(to: role))
    #expect(
      machine.seen == [
        .frame(.text, [0x61]), .violation(.expectedContinuation(.binary)), .frame(.binary, [1]),
        .message(.binary, [1, 2]),
      ])
  }

  @Test("answers a code that must not be sent with 1002, and a bad reason with its code", arguments: bothRoles)
  func closes(role: Role) {
    for (payload, answer) in [
      (Frame.closePayload(1005), Frame.closePayload(1002)),
      (Frame.closePayload(1000) + [0xFF], Frame.closePayload(1000)),
      ([3], []),
    ] {
      let machine = Machine(role, isLenient: true)
      machine.receive(Frame(.close, payload).bytes(to: role))
      #expect(machine.seen.count == 2 && machine.seen.last == .message(.close, payload))
      #expect(machine.takeFrames().map(\.payload) == [answer])
      #expect(machine.closing == .closed)
    }
  }

  @Test("answers no ping too large for a pong", arguments: bothRoles)
  func largePing(role: Role) {
    let machine = Machine(role, isLenient: true)
    machine.receive(Frame(.ping, [UInt8](repeating: 1, count: 126)).bytes(to: role))
    #expect(machine.seen.count == 2 && machine.output.isEmpty)
  }
}
