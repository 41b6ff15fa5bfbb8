import TestSupport
import Testing
import Trace
import Transport
import WebSocketCore

@testable import Engine

@Suite struct `What is sent on purpose` {
  @Test func `a frame goes out as its header says, and the connection takes no notice`() throws {
    let wire = try Wire(.client, isObserved: true)
    var header = FrameHeader(opcode: Opcode(rawValue: 11), payloadLength: .max, isFinal: false, reservedBits: .rsv2)
    header.lengthForm = .sixtyFour
    #expect(wire.connection.frame(header, [1, 2, 3]))
    wire.turn { wire.peer.received.count == 13 }
    #expect(wire.peer.received == [0x2B, 0x7F] + [UInt8](repeating: 0xFF, count: 8) + [1, 2, 3])
    #expect(wire.tap.wire(.sent) == wire.peer.received)
    #expect(wire.connection.isOpen)
    #expect(wire.connection.statistics?.sent.wireBytes == 3)
  }

  @Test func `a frame is masked with the key of its header`() throws {
    let wire = try Wire(.client, isObserved: true)
    let header = FrameHeader(opcode: .text, payloadLength: 2, maskingKey: wire.connection.makeMaskingKey())
    wire.connection.sendFrame(header, Array("hi".utf8).span)
    wire.turn { wire.peer.frames.count == 1 }
    #expect(wire.peer.frames[0].payload.text == "hi")
    #expect(wire.tap.frames(.sent)[0].message == MessageRecord(opcode: .text, payload: Array("hi".utf8)))
  }

  @Test(
    "a frame is part of a message only where it can be",
    arguments: [
      ([(Opcode.continuation, true, nil)], [nil]),
      ([(Opcode(rawValue: 3), true, nil)], [nil]),
      ([(.text, true, 9)], [nil]),
      ([(.text, false, nil), (.text, true, nil), (.continuation, true, nil)], [nil, nil, "xx"]),
      ([(.text, false, nil), (.ping, true, nil), (.continuation, true, nil)], [nil, nil, "xx"]),
    ] as [([(Opcode, Bool, UInt64?)], [String?])])
  func message(frames: [(Opcode, Bool, UInt64?)], messages: [String?]) throws {
    let wire = try Wire(isObserved: true)
    for (opcode, isFinal, length) in frames {
      wire.connection.sendFrame(
        FrameHeader(opcode: opcode, payloadLength: length ?? 1, isFinal: isFinal), Array("x".utf8).span)
    }
    #expect(wire.tap.frames(.sent).map { $0.message?.payload.text } == messages)
  }

  @Test func `bytes follow what was sent before, and offsets go on behind them`() throws {
    let wire = try Wire(isObserved: true)
    wire.connection.batch {
      wire.connection.send(text: "a")
      wire.connection.sendBytes([0xFF, 0x00].span)
      wire.connection.send(text: "b")
    }
    wire.turn { wire.peer.received.count == 8 }
    #expect(wire.peer.received == [0x81, 1, 0x61, 0xFF, 0x00, 0x81, 1, 0x62])
    guard case .sentBytes(let bytes, let offset) = wire.tap.events[1] else {
      Issue.record("not told: \(wire.tap.events)")
      return
    }
    #expect(bytes == [0xFF, 0x00])
    #expect(offset == 3)
    #expect(wire.tap.frames(.sent).map(\.offset) == [0, 5])
  }

  @Test(
    "a message is cut into fragments",
    arguments: [
      ("abcde", 2, ["ab", "cd", "e"]), ("abcd", 2, ["ab", "cd"]), ("ab", 9, ["ab"]), ("ab", .max, ["ab"]),
      ("", 1, [""]), ("ab", 0, ["a", "b"]),
    ])
  func fragments(text: String, size: Int, expected: [String]) throws {
    let wire = try Wire(isObserved: true)
    #expect(wire.connection.send(text: text, inFragmentsOf: size))
    wire.turn { wire.peer.frames.count == expected.count }
    #expect(wire.peer.frames.map(\.payload.text) == expected)
    #expect(wire.peer.frames.map { $0.bits & 0xF } == wire.peer.frames.map { _ in 0 })
    #expect(wire.tap.frames(.sent).map(\.header.isFinal) == expected.indices.map { $0 == expected.count - 1 })
    #expect(wire.tap.frames(.sent).last?.message?.payload.text == text)
    #expect(wire.connection.statistics?.sent.messages == 1)
  }

  @Test func `nothing goes out once the connection is over`() throws {
    let wire = try Wire()
    wire.connection.abandon()
    #expect(!wire.connection.frame(FrameHeader(opcode: .text, payloadLength: 0), []))
    #expect(!wire.connection.bytes([1]))
    #expect(!wire.connection.send(text: "a", inFragmentsOf: 1))
  }

  @Test func `a stall stays whatever flow control asks for`() throws {
    let wire = try Wire()
    wire.connection.isStalled = true
    wire.connection.pauseReading()
    wire.connection.resumeReading()
    wire.say(.text("late"))
    wire.settle()
    #expect(wire.handler.texts.isEmpty)
    #expect(!wire.connection.isReading)
    wire.connection.isStalled = false
    wire.turn { wire.handler.texts == ["late"] }
  }

  @Test func `a stall does not hide the end of a connection that is closed`() throws {
    let wire = try Wire(.client)
    try wire.connection.close(.normal)
    wire.turn { wire.peer.frames.count == 1 }
    wire.say(.close(1000))
    wire.turn { wire.connection.machine.receivedClose != nil }
    wire.connection.isStalled = true
    wire.peer.stream.finishWriting()
    #expect(try wire.verdict().isNormal)
  }
}

extension Connection {
  fileprivate func frame(_ header: FrameHeader, _ payload: [UInt8]) -> Bool { sendFrame(header, payload.span) }
  fileprivate func bytes(_ bytes: [UInt8]) -> Bool { sendBytes(bytes.span) }
  fileprivate func send(text: String, inFragmentsOf size: Int) -> Bool {
    send(.text, text.utf8Span.span, inFragmentsOf: size)
  }
}
