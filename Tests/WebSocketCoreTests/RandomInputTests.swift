import Bytes
import Testing
import WebSocketCore

@Suite struct `Random input` {
  /// Frames that are mostly lawful, each bit of their headers wrong now and then.
  private func bytes(_ random: inout SeededRandom, to role: Role) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 1..<12, using: &random) {
      let opcodes: [Opcode] = [.text, .text, .binary, .continuation, .continuation, .ping, .pong, .close]
      let texts = ["", "a", "Hello", "日本語", String(repeating: "é", count: 70), String(repeating: "x", count: 300)]
      var payload = Array((texts.randomElement(using: &random) ?? "").utf8)
      if Int.random(in: 0..<8, using: &random) == 0 { payload = Array(payload.dropLast()) + [0xFF] }
      if Int.random(in: 0..<8, using: &random) == 0 { payload = [0x03, 0xE8] + payload }
      var frame = Frame(
        opcodes.randomElement(using: &random) ?? .text, payload, isFinal: Int.random(in: 0..<3, using: &random) > 0,
        key: role == .server ? MaskingKey(UInt32.random(in: 0...UInt32.max, using: &random)) : nil)
      switch Int.random(in: 0..<40, using: &random) {
      case 0: frame.header.reservedBits = .rsv2
      case 1: frame.header.opcode = Opcode(rawValue: UInt8.random(in: 0...15, using: &random))
      case 2: frame.header.lengthForm = .sixtyFour
      case 3: frame.header.maskingKey = frame.header.maskingKey == nil ? MaskingKey(1) : nil
      case 4: frame.header.payloadLength = 1 << 63
      default: break
      }
      bytes += frame.bytes
    }
    return bytes
  }

  @Test("means the same however it is cut, strict and lenient", arguments: [1, 2, 3, 4])
  func cut(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for round in 0..<150 {
      for role in bothRoles {
        let input = bytes(&random, to: role)
        for isLenient in [false, true] {
          let whole = Machine(role, isLenient: isLenient)
          whole.receive(input)
          let answers = whole.takeOutput()
          let pool = ProtocolPool()
          for pieceSize in [1, 2, 3, 7, 64, 200] {
            let parts = Machine(role, isLenient: isLenient, pool: pool)
            parts.receive(input, pieceSize: pieceSize)
            let place: Comment = "seed \(seed), round \(round), \(role), lenient \(isLenient), pieces of \(pieceSize)"
            #expect(parts.seen == whole.seen, place)
            #expect(parts.frames == whole.frames, place)
            #expect(parts.takeOutput() == answers, place)
            #expect(parts.closing == whole.closing, place)
            #expect(parts.connection.position == whole.connection.position, place)
          }
        }
      }
    }
  }

  @Test("of any bytes ends in order", arguments: [1, 2, 3, 4])
  func noise(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for round in 0..<400 {
      let input = (0..<Int.random(in: 1..<100, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      for role in bothRoles {
        for isLenient in [false, true] {
          let machine = Machine(role, isLenient: isLenient, deflate: DeflateAgreement())
          machine.receive(input, pieceSize: Int.random(in: 1...100, using: &random))
          let fatal = machine.seen.filter {
            if case .violation(let violation) = $0 { !isLenient || !violation.isPassable } else { false }
          }
          #expect(machine.isFailed == !fatal.isEmpty, "seed \(seed), round \(round)")
          #expect(fatal.count <= 1, "seed \(seed), round \(round)")
        }
      }
    }
  }
}
