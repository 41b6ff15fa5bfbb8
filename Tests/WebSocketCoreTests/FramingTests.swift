import Bytes
import Testing
import WebSocketCore

/// What each role receives, as raw bytes of frames: whole, byte by byte, and with frames following.
@Suite struct `A connection receives` {
  struct Row: Sendable, CustomStringConvertible {
    var section: String
    var name: String
    var frames: [Frame]
    var seen: [Seen]
    /// What is answered, unmasked.
    var answers: [Frame] = []
    var description: String { "\(section): \(name)" }
  }

  static let rows: [Row] = [
    Row(section: "5.7", name: "a text message", frames: [.text("Hello")], seen: [.text("Hello")]),
    Row(
      section: "5.7", name: "a fragmented text message",
      frames: [Frame(.text, Array("Hel".utf8), isFinal: false), Frame(.continuation, Array("lo".utf8))],
      seen: [.frame(.text, Array("Hel".utf8)), .text("Hello")]),
    Row(
      section: "5.7", name: "a ping, and answers it", frames: [Frame(.ping, Array("Hello".utf8))],
      seen: [.message(.ping, Array("Hello".utf8))], answers: [Frame(.pong, Array("Hello".utf8))]),
    Row(
      section: "5.7", name: "256 bytes of binary", frames: [Frame(.binary, Array(0...255))],
      seen: [.message(.binary, Array(0...255))]),
    Row(section: "5.6", name: "an empty text", frames: [.text("")], seen: [.text("")]),
    Row(section: "5.6", name: "an empty binary", frames: [Frame(.binary)], seen: [.message(.binary, [])]),
    Row(
      section: "5.4", name: "an empty continuation with FIN",
      frames: [Frame(.text, Array("a".utf8), isFinal: false), Frame(.continuation)],
      seen: [.frame(.text, Array("a".utf8)), .text("a")]),
    Row(
      section: "5.4", name: "a message of empty fragments only",
      frames: [Frame(.binary, isFinal: false), Frame(.continuation, isFinal: false), Frame(.continuation)],
      seen: [.frame(.binary, []), .frame(.continuation, []), .message(.binary, [])]),
    Row(
      section: "5.5", name: "control frames between fragments",
      frames: [
        Frame(.text, Array("a".utf8), isFinal: false), Frame(.ping, [1]), Frame(.pong, [2]),
        Frame(.continuation, Array("b".utf8)),
      ],
      seen: [.frame(.text, Array("a".utf8)), .message(.ping, [1]), .message(.pong, [2]), .text("ab")],
      answers: [Frame(.pong, [1])]),
    Row(
      section: "5.5.2", name: "a ping of no bytes and one of 125",
      frames: [Frame(.ping), Frame(.ping, Array(1...125))],
      seen: [.message(.ping, []), .message(.ping, Array(1...125))],
      answers: [Frame(.pong), Frame(.pong, Array(1...125))]),
    Row(section: "5.5.3", name: "a pong nobody asked for", frames: [Frame(.pong, [7])], seen: [.message(.pong, [7])]),
    Row(
      section: "8.1", name: "a character split over fragments",
      frames: [
        Frame(.text, [0xF0, 0x9F], isFinal: false), Frame(.continuation, [0x98], isFinal: false),
        Frame(.continuation, [0x80]),
      ],
      seen: [.frame(.text, [0xF0, 0x9F]), .frame(.continuation, [0x98]), .text("😀")]),
    Row(
      section: "8.1", name: "a byte order mark and NUL, both kept", frames: [Frame(.text, [0xEF, 0xBB, 0xBF, 0])],
      seen: [.message(.text, [0xEF, 0xBB, 0xBF, 0])]),
    Row(
      section: "5.6", name: "bytes that are no UTF-8 as binary", frames: [Frame(.binary, [0xFF, 0xC0])],
      seen: [.message(.binary, [0xFF, 0xC0])]),
  ]

  @Test("whole", arguments: rows, bothRoles)
  func whole(row: Row, role: Role) { check(row, role, pieceSize: .max) }

  @Test("byte by byte", arguments: rows, bothRoles)
  func byteByByte(row: Row, role: Role) { check(row, role, pieceSize: 1) }

  @Test("in pieces", arguments: rows, bothRoles)
  func inPieces(row: Row, role: Role) {
    for size in [2, 3, 5, 7, 11] { check(row, role, pieceSize: size) }
  }

  @Test("messages of every form of length, in large pieces (5.2)", arguments: bothRoles)
  func large(role: Role) {
    for size in [65_535, 65_536, 70_000] {
      let payload = [UInt8](repeating: 0x61, count: size)
      for opcode in [Opcode.text, .binary] {
        let row = Row(
          section: "5.2", name: "large", frames: [Frame(opcode, payload)], seen: [.message(opcode, payload)])
        for pieceSize in [Int.max, 4099, size] { check(row, role, pieceSize: pieceSize) }
      }
    }
  }

  @Test("with frames following", arguments: rows, bothRoles)
  func followed(row: Row, role: Role) {
    var row = row
    row.frames += [.text("next"), Frame(.ping, [9])]
    row.seen += [.text("next"), .message(.ping, [9])]
    row.answers += [Frame(.pong, [9])]
    check(row, role, pieceSize: .max)
  }

  private func check(_ row: Row, _ role: Role, pieceSize: Int) {
    let machine = Machine(role)
    machine.receive(row.frames.flatMap { $0.bytes(to: role) }, pieceSize: pieceSize)
    #expect(machine.seen == row.seen, "pieces of \(pieceSize)")
    #expect(machine.takeFrames().map(\.unmasked) == row.answers)
    #expect(machine.closing == .open)
    #expect(!machine.isInsideFrame && !machine.isInsideMessage)
    // Every frame is told as it was on the wire, and the frames make up the stream.
    let wire = machine.frames.flatMap { frame in
      frame.headerBytes
        + Frame(frame.header.opcode, frame.payload, key: frame.header.maskingKey).bytes.suffix(frame.payload.count)
    }
    #expect(wire == row.frames.flatMap { $0.bytes(to: role) })
    var offset: UInt64 = 0
    for frame in machine.frames {
      #expect(frame.offset == offset)
      offset += UInt64(frame.headerBytes.count + frame.payload.count)
    }
    #expect(machine.connection.position == offset)
  }

  @Test("the RFC's own bytes: a masked Hello (5.7)")
  func rawBytes() {
    let machine = Machine(.server)
    machine.receive([0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
    #expect(machine.seen == [.text("Hello")])
    machine.receive([0x89, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
    #expect(machine.takeOutput() == [0x8A, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
  }

  @Test("a payload masked with a key of all zero (5.3)")
  func zeroKey() {
    let machine = Machine(.server)
    machine.receive([0x82, 0x82, 0, 0, 0, 0, 1, 2])
    #expect(machine.seen == [.message(.binary, [1, 2])])
  }

  @Test("frames with their place in the message", arguments: bothRoles)
  func places(role: Role) {
    let machine = Machine(role)
    let frames = [
      Frame(.text, Array("ab".utf8), isFinal: false), Frame(.ping, [1]),
      Frame(.continuation, Array("c".utf8), isFinal: false),
      Frame(.continuation, Array("def".utf8)), .text("g"),
    ]
    machine.receive(frames.flatMap { $0.bytes(to: role) })
    let seen = machine.frames
    #expect(seen.map(\.messageOffset) == [0, 0, 1, 2, 0])
    #expect(seen.map(\.fragmentCount) == [1, 1, 2, 3, 1])
    #expect(seen.map(\.messageWireSize) == [2, 1, 3, 6, 1])
    #expect(seen.map(\.messageOpcode) == [.text, .ping, .text, .text, .text])
    #expect(seen.map(\.completes) == [false, true, false, true, true])
    #expect(seen.map(\.message) == [[], [1], [], Array("abcdef".utf8), Array("g".utf8)])
    #expect(seen.allSatisfy { !$0.isCompressed })
  }

  @Test("random messages, cut anywhere, as they were sent by the other role", arguments: [1, 2, 3])
  func randomised(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for (sender, receiver) in [(Role.client, Role.server), (.server, .client)] {
      let from = Machine(sender)
      let to = Machine(receiver)
      var expected: [Seen] = []
      for _ in 0..<30 {
        let size = [0, 1, 125, 126, 127, 1000, 65_535, 65_536, 70_000].randomElement(using: &random) ?? 0
        let payload = (0..<size).map { _ in UInt8.random(in: 0x20..<0x7F, using: &random) }
        let opcode: Opcode = Bool.random(using: &random) ? .text : .binary
        if Bool.random(using: &random) {
          #expect(from.send(opcode, payload))
          expected.append(.message(opcode, payload))
          continue
        }
        var rest = payload[...]
        var isFirst = true
        repeat {
          let part = Array(rest.prefix(Int.random(in: 0...max(1, rest.count), using: &random)))
          rest = rest.dropFirst(part.count)
          let fragment: Opcode = isFirst ? opcode : .continuation
          #expect(from.sendFragment(fragment, part, isFinal: rest.isEmpty))
          expected.append(rest.isEmpty ? .message(opcode, payload) : .frame(fragment, part))
          isFirst = false
        } while !rest.isEmpty
      }
      var bytes = from.takeOutput()[...]
      while !bytes.isEmpty {
        let size = Int.random(in: 1...100_000, using: &random)
        to.receive(Array(bytes.prefix(size)))
        bytes = bytes.dropFirst(size)
      }
      #expect(to.seen == expected, "seed \(seed), \(sender) to \(receiver)")
    }
  }

  @Test("a size of few bytes while nothing is held")
  func size() {
    #expect(MemoryLayout<ProtocolConnection>.size <= 150)
  }
}
