import Bytes
import Testing

@testable import WebSocketCore

@Suite struct `A connection's memory` {
  @Test("is not sized by what a header announces (5.2, 10.4)", arguments: bothRoles)
  func announced(role: Role) {
    let machine = Machine(role)
    var header = FrameHeader(
      opcode: .binary, payloadLength: 100 << 20, maskingKey: role == .server ? MaskingKey(1) : nil)
    header.isFinal = false
    let output = ByteBuffer()
    header.write(into: output)
    machine.receive(Array(output.bytes) + [UInt8](repeating: 1, count: 1000))
    #expect(machine.isInsideFrame && machine.isInsideMessage)
    #expect((machine.connection.assembler?.capacity ?? .max) <= 4096)
  }

  @Test("is given back behind each message that was gathered", arguments: bothRoles)
  func givenBack(role: Role) {
    let pool = ProtocolPool()
    let machine = Machine(role, pool: pool)
    let bytes = Frame(.binary, [UInt8](repeating: 1, count: 200_000)).bytes(to: role)
    machine.receive(bytes, pieceSize: 100_000)
    #expect(machine.connection.assembler == nil, "an idle connection owns nothing")
    let lent = pool.takeAssembler()
    #expect(lent.capacity >= 200_000, "the next message needs no new memory")
    pool.giveBack(lent)
    machine.receive(Array(bytes.dropLast()))
    #expect(machine.connection.assembler === lent)
    machine.receive([bytes[bytes.count - 1]])
    #expect(machine.connection.assembler == nil)
  }

  @Test("is given back when it fails, closes or ends", arguments: bothRoles)
  func givenBackAtTheEnd(role: Role) {
    let ends: [(Machine) -> Void] = [
      { $0.receive(Frame(Opcode(rawValue: 3)).bytes(to: role) + [0]) },
      { $0.receive(Frame(.close).bytes(to: role) + [0]) },
      { _ = $0.endOfInput() },
    ]
    for end in ends {
      let machine = Machine(role)
      machine.receive(Frame(.text, [0x61], isFinal: false).bytes(to: role))
      #expect(machine.connection.assembler != nil)
      end(machine)
      #expect(machine.connection.assembler == nil)
    }
  }

  @Test("is bounded in the pool")
  func bounded() {
    let pool = ProtocolPool()
    let assemblers = (0..<100).map { _ in pool.takeAssembler() }
    for assembler in assemblers {
      var input = [UInt8](repeating: 0, count: 1 << 20)
      assembler.begin(FrameHeader(opcode: .binary, payloadLength: 1 << 20), kind: .first, offset: 0, inflater: nil)
      input.withUnsafeMutableBytes {
        var offset = 0
        _ = assembler.receive($0, &offset, rules: ProtocolRules())
      }
      pool.giveBack(assembler)
    }
    let kept = assemblers.filter { $0.capacity > 0 }.count
    #expect(kept == 100)
    let lent = (0..<100).map { _ in pool.takeAssembler() }
    #expect(lent.filter { $0.capacity > 0 }.count == 8, "8 MiB are kept, no more")
  }

  @Test("holds deflate streams only where context is taken over")
  func deflateStreams() {
    let payload = [UInt8](repeating: 0x61, count: 1000)
    for takesOver in [true, false] {
      let agreement = DeflateAgreement(serverNoContextTakeover: !takesOver, clientNoContextTakeover: !takesOver)
      let pool = ProtocolPool()
      let client = Machine(.client, deflate: agreement, pool: pool)
      let server = Machine(.server, deflate: agreement, pool: pool)
      #expect(client.connection.deflater == nil && server.connection.inflater == nil, "made at the first message")
      for _ in 0..<3 {
        #expect(client.send(.text, payload))
        server.receive(client.takeOutput())
      }
      #expect((client.connection.deflater != nil) == takesOver)
      #expect((server.connection.inflater != nil) == takesOver)
      #expect(server.frames.count == 3 && server.connection.assembler == nil)
    }
  }

  @Test("without takeover lets two connections inflate at the same time")
  func interleaved() {
    let pool = ProtocolPool()
    let agreement = DeflateAgreement(serverNoContextTakeover: true, clientNoContextTakeover: true)
    let machines = (0..<3).map { _ in Machine(.client, deflate: agreement, pool: pool) }
    let hello = `A compressed message`.hello
    for index in hello.indices {
      for machine in machines {
        machine.receive(
          Frame(
            index == 0 ? .text : .continuation, [hello[index]], isFinal: index == hello.count - 1,
            reservedBits: index == 0 ? .rsv1 : []
          )
          .bytes(to: .client))
      }
    }
    for machine in machines { #expect(machine.seen.last == .text("Hello")) }
  }

  @Test("grows with bytes, not with fragments")
  func emptyFragments() {
    let machine = Machine(.client, limits: Limits(maximumFragments: 20_000))
    machine.receive([0x02, 0x00] + [UInt8](repeating: 0, count: 2 * 19_998))
    #expect(machine.frames.count == 19_999)
    #expect((machine.connection.assembler?.capacity ?? .max) == 0)
  }
}
