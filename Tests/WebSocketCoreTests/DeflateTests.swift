import Bytes
import Testing
import WebSocketCore

/// permessage-deflate on the wire (RFC 7692, sections 6 to 8), as raw bytes.
@Suite struct `A compressed message` {
  struct Row: Sendable, CustomStringConvertible {
    var section: String
    var name: String
    /// The payloads of one message's frames.
    var messages: [[[UInt8]]]
    var texts: [String]
    var description: String { "\(section): \(name)" }
  }

  static let hello: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]

  static let rows: [Row] = [
    Row(section: "7.2.3.1", name: "in one frame", messages: [[hello]], texts: ["Hello"]),
    Row(
      section: "7.2.3.1", name: "in two frames", messages: [[[0xF2, 0x48, 0xCD], [0xC9, 0xC9, 0x07, 0x00]]],
      texts: ["Hello"]),
    Row(section: "6.1", name: "cut at every byte", messages: [hello.map { [$0] }], texts: ["Hello"]),
    Row(section: "6.1", name: "with an empty first and last fragment", messages: [[[], hello, []]], texts: ["Hello"]),
    Row(
      section: "7.2.3.2", name: "that refers to the one before",
      messages: [[hello], [[0xF2, 0x00, 0x11, 0x00, 0x00]]], texts: ["Hello", "Hello"]),
    Row(
      section: "7.2.3.3", name: "in a stored block",
      messages: [[[0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00]]], texts: ["Hello"]),
    Row(
      section: "7.2.3.4", name: "in a block with BFINAL",
      messages: [[[0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00]]], texts: ["Hello"]),
    Row(
      section: "7.2.3.4", name: "in a block with BFINAL, nothing behind it",
      messages: [[[0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]], [hello]],
      texts: ["Hello", "Hello"]),
    Row(
      section: "7.2.3.4", name: "behind a BFINAL block, which it refers to",
      messages: [[[0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00]], [[0xF2, 0x00, 0x11, 0x00, 0x00]]],
      texts: ["Hello", "Hello"]),
    Row(
      section: "7.2.3.4", name: "that goes on behind a BFINAL block",
      messages: [[[0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00] + hello]],
      texts: ["HelloHello"]),
    Row(
      section: "7.2.3.5", name: "in two blocks, 00 00 FF FF between them",
      messages: [[[0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00]]], texts: ["Hello"]),
    Row(section: "7.2.3.6", name: "of no bytes", messages: [[[0x00]], [[0x00]], [hello]], texts: ["", "", "Hello"]),
    Row(
      section: "7.2.1", name: "of no bytes, in an empty block of fixed codes", messages: [[[0x02, 0x00]]], texts: [""]),
  ]

  private static func bytes(_ messages: [[[UInt8]]], to role: Role) -> [UInt8] {
    messages.flatMap { parts in
      parts.enumerated().flatMap { index, part in
        Frame(
          index == 0 ? .text : .continuation, part, isFinal: index == parts.count - 1,
          reservedBits: index == 0 ? .rsv1 : []
        ).bytes(to: role)
      }
    }
  }

  private func texts(_ machine: Machine) -> [String] {
    machine.frames.filter(\.completes).map { String(decoding: $0.message, as: UTF8.self) }
  }

  @Test("is inflated: whole, byte by byte and with frames following", arguments: rows, bothRoles)
  func received(row: Row, role: Role) {
    for pieceSize in [Int.max, 1, 2, 3, 5] {
      let machine = Machine(role, deflate: DeflateAgreement())
      machine.receive(
        `A compressed message`.bytes(row.messages, to: role) + Frame.text("plain").bytes(to: role), pieceSize: pieceSize
      )
      #expect(texts(machine) == row.texts + ["plain"], "pieces of \(pieceSize): \(machine.seen)")
      #expect(machine.closing == .open)
      let last = machine.frames.filter { $0.completes && $0.isCompressed }
      #expect(last.map(\.messageWireSize) == row.messages.map { $0.joined().count })
      #expect(last.map(\.fragmentCount) == row.messages.map(\.count))
      #expect(
        machine.frames.dropLast().map(\.payload) == row.messages.flatMap { $0 },
        "payloads stay as they were on the wire")
    }
  }

  @Test("has control frames between its fragments (6455 5.4)", arguments: bothRoles)
  func controlBetween(role: Role) {
    for pieceSize in [Int.max, 1] {
      let machine = Machine(role, deflate: DeflateAgreement())
      machine.receive(
        Frame(.text, [0xF2, 0x48], isFinal: false, reservedBits: .rsv1).bytes(to: role)
          + Frame(.ping, [1, 2]).bytes(to: role)
          + Frame(.continuation, [0xCD, 0xC9, 0xC9, 0x07, 0x00]).bytes(to: role), pieceSize: pieceSize)
      #expect(
        machine.seen == [.frame(.text, [0xF2, 0x48]), .message(.ping, [1, 2]), .text("Hello")])
    }
  }

  struct Fault: Sendable, CustomStringConvertible {
    var section: String
    var payload: [UInt8]
    var violation: Violation
    var sentence: String
    var description: String { "\(section): \(sentence)" }
  }

  static let faults: [Fault] = [
    Fault(
      section: "7.2.2", payload: [0x06], violation: .brokenDeflate(offset: 0),
      sentence: "a compressed message is no valid deflate stream at offset 0 of its payload"),
    Fault(
      section: "7.2.2", payload: [0x00, 0x05, 0x00, 0xFA, 0xFE, 0x48], violation: .brokenDeflate(offset: 4),
      sentence: "a compressed message is no valid deflate stream at offset 4 of its payload"),
    Fault(
      section: "7.2.3.4", payload: [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0xFF],
      violation: .brokenDeflate(offset: 7),
      sentence: "a compressed message is no valid deflate stream at offset 7 of its payload"),
    Fault(
      section: "7.1.2", payload: [0xF2, 0x00, 0x11, 0x00, 0x00],
      violation: .distanceBeyondWindow(offset: 2, windowBits: 15),
      sentence: "a compressed message refers back beyond its window of 32768 bytes at offset 2 of its payload"),
    Fault(
      section: "7.2.2", payload: [], violation: .truncatedDeflate(size: 0),
      sentence: "a compressed message of 0 bytes ends inside a deflate block"),
    Fault(
      section: "7.2.2", payload: [0xF2, 0x48, 0xCD], violation: .truncatedDeflate(size: 3),
      sentence: "a compressed message of 3 bytes ends inside a deflate block"),
    // The four bytes that are put back would become its text.
    Fault(
      section: "7.2.2", payload: [0x00, 0x05, 0x00, 0xFA, 0xFF, 0x61], violation: .truncatedDeflate(size: 6),
      sentence: "a compressed message of 6 bytes ends inside a deflate block"),
    Fault(
      section: "7.2.2", payload: [0x00, 0xFF, 0xFF, 0x00, 0x00, 0x61], violation: .truncatedDeflate(size: 6),
      sentence: "a compressed message of 6 bytes ends inside a deflate block"),
  ]

  @Test("that is broken fails with 1007", arguments: faults, bothRoles)
  func broken(fault: Fault, role: Role) {
    for pieceSize in [Int.max, 1] {
      for isLenient in [false, true] {
        let machine = Machine(role, isLenient: isLenient, deflate: DeflateAgreement())
        machine.receive(`A compressed message`.bytes([[fault.payload]], to: role), pieceSize: pieceSize)
        #expect(machine.seen == [.violation(fault.violation)], "pieces of \(pieceSize)")
        #expect(fault.violation.description == fault.sentence)
        #expect(machine.takeFrames().first?.payload.prefix(2) == [0x03, 0xEF])
        #expect(machine.isFailed)
      }
    }
  }

  @Test("that is cut anywhere never crashes", arguments: bothRoles)
  func truncated(role: Role) {
    let sender = Machine(role == .server ? .client : .server, deflate: DeflateAgreement())
    #expect(sender.send(.text, Array("Hello, hello, hello, this is a longer text. Hello?".utf8)))
    guard let frame = sender.takeFrames().first else { return }
    for size in 0..<frame.payload.count {
      let machine = Machine(role, deflate: DeflateAgreement())
      machine.receive(`A compressed message`.bytes([[Array(frame.payload.prefix(size))]], to: role))
      #expect(machine.isFailed, "cut at \(size)")
    }
  }

  @Test("of random bytes never crashes", arguments: [1, 2, 3])
  func noise(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<500 {
      let machine = Machine(.client, deflate: DeflateAgreement())
      let payload = (0..<Int.random(in: 1..<60, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      machine.receive(Frame(.binary, payload, reservedBits: .rsv1).bytes(to: .client))
      #expect(machine.seen.count == 1, "seed \(seed)")
    }
  }

  @Test("is judged as UTF-8 after inflating, as soon as the bad byte can be seen (6.1; 6455 8.1)", arguments: bothRoles)
  func invalidUTF8(role: Role) {
    // Stored blocks show which byte of the payload carries the bad one.
    let payload: [UInt8] = [0x00, 0x05, 0x00, 0xFA, 0xFF, 0x61, 0xED, 0xA0, 0x80, 0x62, 0x00]
    let bytes = Frame(.text, payload, reservedBits: .rsv1).bytes(to: role)
    let machine = Machine(role, deflate: DeflateAgreement())
    machine.receive(Array(bytes.dropLast(3)))
    #expect(machine.seen == [.violation(.invalidUTF8(byte: 0xA0, offset: 2))])
    let half = Machine(role, deflate: DeflateAgreement())
    half.receive(Frame(.text, [0x00, 0x01, 0x00, 0xFE, 0xFF, 0xC3, 0x00], reservedBits: .rsv1).bytes(to: role))
    #expect(half.seen == [.violation(.truncatedUTF8(size: 1))])
    let lenient = Machine(role, isLenient: true, deflate: DeflateAgreement())
    lenient.receive(bytes + Frame.text("next").bytes(to: role), pieceSize: 2)
    #expect(
      lenient.seen == [
        .violation(.invalidUTF8(byte: 0xA0, offset: 2)), .message(.text, [0x61, 0xED, 0xA0, 0x80, 0x62]), .text("next"),
      ])
  }

  @Test("may be followed by no continuation (6455 5.4)", arguments: bothRoles)
  func continuationAfter(role: Role) {
    let machine = Machine(role, deflate: DeflateAgreement())
    machine.receive(
      `A compressed message`.bytes([[`A compressed message`.hello]], to: role)
        + Frame(.continuation, [1]).bytes(to: role))
    #expect(machine.seen == [.text("Hello"), .violation(.unexpectedContinuation)])
  }

  @Test("bomb is stopped at the limit of inflated bytes, also over many fragments (8; 6455 10.4)", arguments: bothRoles)
  func bomb(role: Role) {
    let sender = Machine(role == .server ? .client : .server, deflate: DeflateAgreement())
    let limit = 1 << 20
    #expect(sender.send(.binary, [UInt8](repeating: 0, count: 8 * limit)))
    guard let frame = sender.takeFrames().first else { return }
    #expect(frame.payload.count < limit / 100)
    for parts in [1, 50] {
      let machine = Machine(role, limits: Limits(maximumMessageSize: limit), deflate: DeflateAgreement())
      let size = (frame.payload.count + parts - 1) / parts
      let pieces = stride(from: 0, to: frame.payload.count, by: size).map { Array(frame.payload[$0...].prefix(size)) }
      let bytes = pieces.enumerated().flatMap { index, piece in
        Frame(
          index == 0 ? .binary : .continuation, piece, isFinal: index == pieces.count - 1,
          reservedBits: index == 0 ? .rsv1 : []
        )
        .bytes(to: role)
      }
      machine.receive(bytes)
      #expect(machine.seen.last == .violation(.messageTooLarge(limit: limit)))
      #expect(machine.takeFrames().first?.payload.prefix(2) == [0x03, 0xF1])
      #expect(machine.frames.count < parts, "found before its end")
    }
    let exact = Machine(role, limits: Limits(maximumMessageSize: 8 * limit), deflate: DeflateAgreement())
    exact.receive(frame.bytes(to: role))
    #expect(exact.frames.first?.message.count == 8 * limit)
    let under = Machine(role, limits: Limits(maximumMessageSize: 8 * limit - 1), deflate: DeflateAgreement())
    under.receive(frame.bytes(to: role))
    #expect(under.seen == [.violation(.messageTooLarge(limit: 8 * limit - 1))])
  }

  /// Text that repeats itself near and far, so that windows matter.
  private func sample(_ random: inout SeededRandom, size: Int) -> [UInt8] {
    let words = (0..<40).map { _ in
      (0..<Int.random(in: 2..<9, using: &random)).map { _ in UInt8.random(in: 0x61...0x7A, using: &random) }
    }
    var bytes: [UInt8] = []
    while bytes.count < size { bytes += words.randomElement(using: &random) ?? [] }
    return Array(bytes.prefix(size))
  }

  struct Terms: Sendable, CustomStringConvertible {
    var agreement: DeflateAgreement
    var description: String { "\(agreement)" }
  }

  static let allTerms: [Terms] = (8...15).flatMap { bits in
    [(false, false), (false, true), (true, false), (true, true)].map { server, client in
      Terms(
        agreement: DeflateAgreement(
          serverNoContextTakeover: server, clientNoContextTakeover: client, serverWindowBits: bits,
          clientWindowBits: 23 - bits))
    }
  }

  @Test("passes both ways under every agreement, plain ones between", arguments: allTerms)
  func roundTrip(terms: Terms) throws {
    var random = SeededRandom(seed: 42)
    let pool = ProtocolPool()
    let client = Machine(.client, deflate: terms.agreement, pool: pool, compressionThreshold: 8)
    let server = Machine(.server, deflate: terms.agreement, pool: pool, compressionThreshold: 8)
    for (from, to) in [(client, server), (server, client)] {
      var expected: [Seen] = []
      for size in [0, 5, 8, 100, 600, 20_000, 70_000, 0, 300] {
        let payload = sample(&random, size: size)
        for compress in [true, true, false] {
          #expect(from.send(.text, payload, compress: compress))
          expected.append(.message(.text, payload))
        }
      }
      let bytes = from.takeOutput()
      to.receive(bytes, pieceSize: 5000)
      #expect(to.seen == expected)
      let windowBits = from === client ? terms.agreement.clientWindowBits : terms.agreement.serverWindowBits
      #expect(to.frames.contains { $0.isCompressed } == (windowBits > 8), "zlib cannot make a window of 8 bits")
    }
  }

  @Test("is as small as takeover allows, and stands alone without")
  func takeover() {
    for isAlone in [false, true] {
      let agreement = DeflateAgreement(serverNoContextTakeover: isAlone, clientNoContextTakeover: isAlone)
      let machine = Machine(.server, deflate: agreement)
      let payload = Array("the quick brown fox jumps over the lazy dog, twice over".utf8)
      #expect(machine.send(.text, payload) && machine.send(.text, payload))
      let frames = machine.takeFrames()
      #expect((frames[0].payload == frames[1].payload) == isAlone)
      #expect(isAlone || frames[1].payload.count < 12)
    }
  }

  @Test("of no bytes is sent as one zero byte, however often (7.2.3.6)")
  func emptySent() {
    let machine = Machine(.server, deflate: DeflateAgreement())
    for _ in 0..<3 { #expect(machine.send(.text, [])) }
    #expect(machine.takeOutput() == [0xC1, 0x01, 0x00, 0xC1, 0x01, 0x00, 0xC1, 0x01, 0x00])
  }

  @Test("goes plain under the threshold, or when it would grow without takeover")
  func plain() {
    let machine = Machine(
      .server, deflate: DeflateAgreement(serverNoContextTakeover: true), compressionThreshold: 10)
    #expect(machine.send(.text, Array("aaaaaaaaa".utf8)))
    #expect(machine.send(.text, Array("aaaaaaaaaa".utf8)))
    var random = SeededRandom(seed: 7)
    #expect(machine.send(.binary, (0..<1000).map { _ in UInt8.random(in: 0...255, using: &random) }))
    #expect(machine.takeFrames().map(\.header.reservedBits) == [[], .rsv1, []])
  }

  @Test("that refers back beyond a smaller agreed window is refused (7.1.2.1)")
  func beyondWindow() {
    var random = SeededRandom(seed: 3)
    let sender = Machine(.server, deflate: DeflateAgreement())
    let payload = (0..<2000).map { _ in UInt8.random(in: 0...255, using: &random) }
    #expect(sender.send(.binary, payload) && sender.send(.binary, payload))
    let bytes = sender.takeOutput()
    let small = Machine(.client, deflate: DeflateAgreement(serverWindowBits: 9))
    small.receive(bytes)
    guard case .violation(.distanceBeyondWindow(_, windowBits: 9))? = small.seen.last else {
      Issue.record("\(small.seen)")
      return
    }
    let lenient = Machine(.client, isLenient: true, deflate: DeflateAgreement(serverWindowBits: 9))
    lenient.receive(bytes)
    #expect(lenient.seen == [.message(.binary, payload), .message(.binary, payload)])
  }
}
