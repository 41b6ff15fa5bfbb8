import TestSupport
import Testing

/// Rules of what a bad server can do to us (client role).
@Suite struct `A hostile server` {
  @Test func `that drips its answer does not restart the one deadline`() throws {
    let server = try RawServer([
      .head,
      .drip(
        Array("HTTP/1.1 101 Switching Protocols\r\nX: ".utf8 + [UInt8](repeating: 0x61, count: 400)),
        every: .milliseconds(50)),
    ])
    let outcome = try Wscope.run("--connect-timeout", "1s", server.url)
    expect(outcome, 28, says: "handshake")
    #expect(outcome.lasted < .seconds(3))
  }

  @Test func `that says nothing runs into the limit of the handshake`() throws {
    let server = try RawServer([.head, .receiveEnd])
    let outcome = try Wscope.run("--handshake-timeout", "500ms", server.url)
    expect(outcome, 28, says: "handshake")
    #expect(outcome.lasted < .seconds(3))
  }

  @Test func `that does not answer our Close is not waited for`() throws {
    let server = try RawServer(
      RawStep.handshake() + [.send(RawFrame(11).bytes), .pause(.seconds(10))])
    let outcome = try Wscope.run("-w", "forever", server.url)
    expect(outcome, 110, says: "reserved opcode 11")
    #expect(outcome.lasted < .seconds(6))
  }

  @Test func `that goes on after our Close does not extend the limit`() throws {
    let server = try RawServer(
      RawStep.handshake() + [
        .receiveClose,
        .drip(Array(repeating: RawFrame.text("x").bytes, count: 60).flatMap { $0 }, every: .milliseconds(50)),
      ])
    let outcome = try Wscope.run("--close-timeout", "1s", "-w", "0", server.url, input: "a\n")
    #expect(outcome.lasted < .seconds(4), "\(outcome)")
    #expect(outcome.status != .timedOut && outcome.status != .exited(0), "\(outcome)")
  }

  @Test func `that closes with a code of its own is quoted`() throws {
    let server = try RawServer(
      RawStep.handshake() + [.send(RawFrame.close(4001, "over \u{1B}[31mthere\u{202E}").bytes), .receiveClose])
    expect(try Wscope.run("-w", "forever", server.url), 111, says: "4001", "over ", "there")
  }

  @Test func `is told apart by how it ends`() throws {
    var sentences = Set<String>()
    for steps: [RawStep] in [
      [.finish, .receiveEnd], [.reset], [.send(hex("81 05 61")), .finish, .receiveEnd],
      [.send(RawFrame(1, [0x61], bits: 0).bytes), .finish, .receiveEnd],
    ] {
      let server = try RawServer(
        RawStep.handshake() + [.send(RawFrame.text("whole").bytes), .pause(.milliseconds(100))] + steps)
      let outcome = try Wscope.run("-w", "forever", server.url)
      expect(outcome, 56)
      #expect(outcome.output.text == "whole\n", "what was complete is shown: \(outcome)")
      sentences.insert(
        String(replacing(server.url, by: "", in: outcome.errors.text).filter { !$0.isNumber }))
    }
    #expect(sentences.count == 4, "\(sentences)")
  }

  @Test func `that announces an immense frame costs nothing`() throws {
    let server = try RawServer(RawStep.handshake() + [.send(hex("82 7f 4000000000000000")), .receiveClose])
    let outcome = try Wscope.run("-w", "forever", server.url)
    expect(outcome, 100, says: "4611686018427387904")
    #expect(server.finish().close?.closeCode == 1009)
    #expect(outcome.peakMemory < 60)
  }

  @Test func `that sends a million empty fragments is stopped`() throws {
    let fragments = [UInt8](repeating: 0, count: 200_000)
    let server = try RawServer(
      RawStep.handshake() + [.send(RawFrame(2, [1], bits: 0).bytes), .flood(fragments, times: 10), .receiveEnd])
    let outcome = try Wscope.run("-w", "forever", server.url)
    expect(outcome, 100, says: "100000")
    #expect(outcome.lasted < .seconds(10) && outcome.peakMemory < 60, "\(outcome.peakMemory) MiB")
  }

  @Test func `that never ends a message runs into its limit`() throws {
    let fragment = RawFrame(0, [UInt8](repeating: 0x61, count: 1000), bits: 0).bytes
    let server = try RawServer(
      RawStep.handshake() + [.send(RawFrame(1, bits: 0).bytes), .flood(fragment, times: 2000), .receiveEnd])
    let outcome = try Wscope.run("-w", "forever", "--max-message-size", "1M", server.url)
    expect(outcome, 100, says: "1048576")
    #expect(outcome.output.isEmpty)
  }

  @Test func `that sends a bomb fills one buffer`() throws {
    let bomb = zeros(mebibytes: 64)
    let server = try RawServer(
      RawStep.handshake("Sec-WebSocket-Extensions: permessage-deflate\r\n") + [
        .send(RawFrame(2, bomb, bits: 0xC0).bytes), .receiveClose,
      ])
    let outcome = try Wscope.run("-w", "forever", "--max-message-size", "8M", server.url)
    expect(outcome, 100, says: "8388608")
    #expect(server.finish().close?.closeCode == 1009)
    #expect(outcome.peakMemory < 80, "\(outcome.peakMemory) MiB")
  }

  @Test func `that never reads stops our input`() throws {
    let server = try RawServer(RawStep.handshake() + [.pause(.seconds(4))], hasSmallBuffer: true)
    let program = try Wscope.start(server.url)
    let line = String(repeating: "x", count: 999) + "\n"
    for _ in 0..<32 { program.write(String(repeating: line, count: 1000)) }
    program.wait(limit: .seconds(2)) { _ in false }
    #expect(program.untakenInput > 16 << 20, "input is not read without end")
    #expect(program.memory < 60, "\(program.memory) MiB")
    program.signal(2)
    let outcome = program.wait(limit: .seconds(5))
    #expect(outcome.status == .exited(130), "\(outcome)")
  }

  @Test func `gets its ping answered while our output waits`() throws {
    let messages = Array(repeating: RawFrame.text(String(repeating: "x", count: 999)).bytes, count: 512)
    let server = try RawServer(
      RawStep.handshake() + [.send(messages.flatMap { $0 }), .send(RawFrame.ping([7]).bytes), .receive(7)],
      limit: .seconds(5))
    let program = try Wscope.start("-w", "forever", server.url, readsOutput: false)
    #expect(server.finish().frames.contains { $0.opcode == 10 && $0.payload == [7] })
    program.signal(2)
    let outcome = program.wait(limit: .seconds(5))
    #expect(outcome.status == .exited(130), "\(outcome.status) after \(outcome.lasted)")
  }

  @Test func `may send empty messages and long ones`() throws {
    let long = String(repeating: "0123456789", count: 1 << 20)
    let server = try RawServer(
      RawStep.handshake() + [
        .send(RawFrame.text("").bytes + RawFrame.text(long).bytes + RawFrame.close(1000).bytes), .receiveEnd,
      ])
    let outcome = try Wscope.run("-w", "forever", server.url)
    #expect(outcome.status == .exited(0), "\(outcome.errors.text)")
    #expect(outcome.output.text == "\n" + long + "\n")
  }

  @Test func `gets one pong for many pings while it does not read`() throws {
    let pings = (0..<20000).flatMap { RawFrame.ping([UInt8](repeating: UInt8($0 & 0xFF), count: 100)).bytes }
    let server = try RawServer(RawStep.handshake() + [.flood(pings, times: 4), .pause(.seconds(1))])
    let program = try Wscope.start("-w", "forever", server.url)
    program.wait(limit: .milliseconds(1500)) { _ in false }
    #expect(program.memory < 60, "\(program.memory) MiB")
  }
}

/// A compressed message of zeros, about 160 times smaller than what it inflates to.
private func zeros(mebibytes: Int) -> [UInt8] {
  var bits = BitWriter()
  bits.append(0b010, 3)  // a block with the fixed codes, not the last
  bits.append(0b0011_0000, 8, highFirst: true)  // one byte 0
  for _ in 0..<(mebibytes << 20) / 258 {
    bits.append(0b1100_0101, 8, highFirst: true)  // 258 bytes
    bits.append(0, 5, highFirst: true)  // from one byte back
  }
  bits.append(0, 7)  // the block's end
  bits.append(0, 3)  // an empty stored block, whose last four bytes are left out
  return bits.bytes
}

/// Bits as deflate packs them: the lowest of a byte first.
struct BitWriter {
  private(set) var bytes: [UInt8] = []
  private var count = 0

  mutating func append(_ value: Int, _ bits: Int, highFirst: Bool = false) {
    for bit in 0..<bits {
      if count & 7 == 0 { bytes.append(0) }
      if value >> (highFirst ? bits - 1 - bit : bit) & 1 == 1 { bytes[count >> 3] |= 1 << UInt8(count & 7) }
      count += 1
    }
  }
}
