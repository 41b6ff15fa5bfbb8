import Bytes
import Testing
import WebSocketCore

@Suite struct `A connection sends` {
  @Test("messages in the shortest form of their length (5.2)", arguments: bothRoles)
  func lengths(role: Role) {
    for size in [0, 1, 125, 126, 65_535, 65_536] {
      let machine = Machine(role)
      let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
      #expect(machine.send(.binary, payload))
      let frames = machine.takeFrames()
      #expect(frames.map(\.unmasked) == [Frame(.binary, payload)])
      #expect(frames.first?.header.lengthForm == .minimal(for: UInt64(size)))
    }
  }

  @Test("masked as a client, each frame with a key of its own (5.1, 5.3)")
  func masked() throws {
    let machine = Machine(.client)
    for _ in 0..<1000 { #expect(machine.send(.text, Array("same".utf8))) }
    try machine.sendPing([])
    try machine.sendClose(.normal)
    let keys = machine.takeFrames().compactMap { $0.header.maskingKey?.value }
    #expect(Set(keys).count == 1002)
  }

  @Test("unmasked as a server (5.1)")
  func unmasked() throws {
    let machine = Machine(.server)
    #expect(machine.send(.text, Array("Hello".utf8)))
    #expect(machine.takeOutput() == [0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
    try machine.sendPing([])
    #expect(machine.takeOutput() == [0x89, 0x00])
  }

  @Test("fragments with the opcode first, continuation behind (5.4)", arguments: bothRoles)
  func fragments(role: Role) throws {
    let machine = Machine(role)
    #expect(!machine.sendFragment(.continuation, [1], isFinal: false), "there is nothing to continue")
    #expect(machine.sendFragment(.text, [0x61], isFinal: false))
    #expect(!machine.send(.text, []) && !machine.maySendMessage, "a message must not stand inside another")
    #expect(!machine.sendFragment(.text, [0x62], isFinal: false))
    try machine.sendPing([1])
    #expect(machine.sendFragment(.continuation, [0x62], isFinal: false))
    #expect(machine.sendFragment(.continuation, [], isFinal: true))
    #expect(machine.send(.text, [0x63]))
    #expect(
      machine.takeFrames().map(\.unmasked) == [
        Frame(.text, [0x61], isFinal: false), Frame(.ping, [1]), Frame(.continuation, [0x62], isFinal: false),
        Frame(.continuation), Frame(.text, [0x63]),
      ])
  }

  @Test("a header alone, as a server, in front of a payload that lies elsewhere")
  func headerAlone() {
    let server = Machine(.server)
    let isSent = server.connection.sendHeader(.binary, payloadLength: 70_000, into: server.output)
    #expect(isSent)
    #expect(server.takeOutput() == [0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0x11, 0x70])
    let client = Machine(.client)
    let isRefused = !client.connection.sendHeader(.binary, payloadLength: 1, into: client.output)
    #expect(isRefused)
    #expect(client.output.isEmpty)
  }

  @Test("any frame it is told to, however unlawful")
  func lawBreaking() {
    let output = ByteBuffer()
    var header = FrameHeader(
      opcode: Opcode(rawValue: 11), payloadLength: 0xFFFF_FFFF_FFFF_FFFF, isFinal: false, reservedBits: [.rsv1, .rsv3],
      maskingKey: MaskingKey(0x0102_0304))
    ProtocolConnection.sendFrame(header: header, payload: [0, 0, 0, 0, 0].span, into: output)
    let lie: [UInt8] = [0x5B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4, 1, 2, 3, 4, 1]
    #expect(Array(output.bytes) == lie)
    output.removeAll()
    header = FrameHeader(opcode: .text, payloadLength: 2)
    header.lengthForm = .sixtyFour
    ProtocolConnection.sendFrame(header: header, payload: [0xFF, 0xFE].span, into: output)
    #expect(Array(output.bytes) == [0x81, 0x7F, 0, 0, 0, 0, 0, 0, 0, 2, 0xFF, 0xFE])
  }

  @Test("control frames of at most 125 bytes (5.5)", arguments: bothRoles)
  func controlSize(role: Role) throws {
    let machine = Machine(role)
    let longest = [UInt8](repeating: 7, count: 125)
    try machine.sendPing(longest)
    try machine.connection.sendPong(longest.span, into: machine.output, keys: &machine.keys)
    #expect(machine.takeFrames().map(\.unmasked) == [Frame(.ping, longest), Frame(.pong, longest)])
    #expect(throws: Misuse.controlPayloadTooLong(.ping, size: 126)) { try machine.sendPing(longest + [7]) }
    #expect(machine.output.isEmpty)
  }
}

@Suite struct `A ping` {
  @Test("is answered at once, in its order", arguments: bothRoles)
  func answered(role: Role) {
    let machine = Machine(role)
    machine.receive((1...3).flatMap { Frame(.ping, [$0]).bytes(to: role) })
    #expect(machine.takeFrames().map(\.unmasked) == [Frame(.pong, [1]), Frame(.pong, [2]), Frame(.pong, [3])])
  }

  @Test("is answered between the fragments of our own message (5.5.2)", arguments: bothRoles)
  func betweenOurFragments(role: Role) {
    let machine = Machine(role)
    #expect(machine.sendFragment(.text, [0x61], isFinal: false))
    machine.receive(Frame(.ping, [1]).bytes(to: role))
    #expect(machine.sendFragment(.continuation, [0x62], isFinal: true))
    #expect(machine.takeFrames().map(\.header.opcode) == [.text, .pong, .continuation])
  }

  @Test("is not answered when answers are inhibited", arguments: bothRoles)
  func inhibited(role: Role) {
    let machine = Machine(role)
    machine.connection.answersPings = false
    machine.receive(Frame(.ping, [1]).bytes(to: role))
    #expect(machine.seen == [.message(.ping, [1])] && machine.output.isEmpty)
  }

  @Test("flood while the output is full leaves one answer, to the newest (5.5.3)", arguments: bothRoles)
  func flood(role: Role) {
    let machine = Machine(role)
    machine.connection.maySendPongs = false
    for _ in 0..<1000 { machine.receive(Frame(.ping, [1, 2, 3]).bytes(to: role)) }
    machine.receive(Frame(.ping, [9]).bytes(to: role))
    #expect(machine.output.isEmpty)
    machine.connection.maySendPongs = true
    machine.connection.flushPong(into: machine.output, keys: &machine.keys)
    machine.connection.flushPong(into: machine.output, keys: &machine.keys)
    #expect(machine.takeFrames().map(\.unmasked) == [Frame(.pong, [9])])
  }

  @Test("kept for later is dropped when the peer has closed (5.5.2)", arguments: bothRoles)
  func keptPastClose(role: Role) {
    let machine = Machine(role)
    machine.connection.maySendPongs = false
    machine.receive(Frame(.ping, [1]).bytes(to: role) + Frame(.close).bytes(to: role))
    machine.connection.flushPong(into: machine.output, keys: &machine.keys)
    #expect(machine.takeFrames().map(\.unmasked) == [Frame(.close)])
  }
}
