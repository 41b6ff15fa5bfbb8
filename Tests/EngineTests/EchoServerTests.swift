import TestSupport
import Testing
import Trace
import Transport
import WebSocketCore

@testable import Engine

@Suite struct `The echo server` {
  @Test(
    "refuses what it cannot do",
    arguments: [
      ("/nowhere", 404), ("/?fragments=lose", 400), ("/blast?count=x", 400), ("/blast?size=-1", 400),
      ("/blast?size=99999999999", 400), ("/blast?rate=0", 400), ("/delay?ms=soon", 400), ("/delay?jitter=1x", 400),
      ("/tick?every=-1", 400), ("/fragment?size=0", 400), ("/fragment?size=", 400), ("/close?code=999", 400),
      ("/close?code=5000", 400), ("/close?after=x", 400), ("/drop?after=x", 400), ("/trickle?rate=0", 400),
      ("/ping?every=1d", 400), ("/status?code=100", 400), ("/status?code=1000", 400), ("/status", 503),
      ("/status?code=401", 401), ("/status?code=204", 204), ("/status?code=302", 302),
    ] as [(String, Int)])
  func refusals(resource: String, status: Int) throws {
    let bench = try EchoBench()
    let client = bench.call(RawClient.request(resource))
    bench.turn { client.hasEnded }
    #expect(client.status == status)
    if status == 400 { #expect(client.body.contains(" must be ")) }
    #expect(client.head?.lowercased().contains("sec-websocket-accept") == false)
  }

  @Test("echoes each message as one frame", arguments: ["/", "/?other=1", "/subprotocol", "/silent", "/close?after=9"])
  func echo(resource: String) throws {
    let bench = try EchoBench()
    let client = bench.open(resource)
    var first = RawFrame.text("a")
    first.bits = 0
    client.say(first, RawFrame(0, Array("b".utf8)), .binary([1]))
    bench.turn { client.frames == [.text("ab"), .binary([1])] }
  }

  @Test func `keeps fragments as they came`() throws {
    let bench = try EchoBench()
    let client = bench.open("/?fragments=keep", "Sec-WebSocket-Extensions: permessage-deflate\r\n")
    #expect(header("sec-websocket-extensions", in: client.head ?? "") == nil)
    let frames = [RawFrame(1, [65], bits: 0), RawFrame(0, [], bits: 0), RawFrame(0, [66]), .binary([1])]
    for frame in frames { client.say(frame) }
    bench.turn { client.frames == frames }
  }

  @Test func `answers a ping, but not where it is silent`() throws {
    let bench = try EchoBench()
    let client = bench.open("/")
    client.say(.ping([1]))
    bench.turn { client.frames == [.pong([1])] }
    let silent = bench.open("/silent")
    silent.say(.ping([1]), .text("x"))
    bench.turn { silent.frames == [.text("x")] }
  }

  @Test func `sends to everybody in the room`() throws {
    let bench = try EchoBench()
    let clients = (0..<4).map { _ in bench.open("/broadcast") }
    let outsider = bench.open("/")
    clients[1].say(.text("one"))
    clients[2].say(.binary([2]))
    bench.turn { clients.allSatisfy { $0.frames.count == 2 } }
    #expect(clients.allSatisfy { $0.frames.contains(.text("one")) && $0.frames.contains(.binary([2])) })
    #expect(outsider.frames.isEmpty)
    clients[0].stream.close()
    clients[1].say(.text("three"))
    bench.turn { clients[1...].allSatisfy { $0.frames.last == .text("three") } }
  }

  /// RFC 6455, section 10.4: one that does not read costs the others nothing, and the server no memory.
  @Test func `a member of the room who does not read misses messages`() throws {
    let bench = try EchoBench()
    let deaf = bench.open("/broadcast")
    let speaker = bench.open("/broadcast")
    deaf.stream.pauseReading()
    let message = RawFrame.binary(pattern(100_000)).masked.bytes
    for round in 1...40 {
      speaker.send(message)
      bench.turn { speaker.frames.count == round }
    }
    deaf.stream.resumeReading()
    bench.settle(.milliseconds(50))
    #expect((1..<40).contains(deaf.frames.count))
    #expect(deaf.failure == nil)
  }

  @Test func `swallows everything`() throws {
    let bench = try EchoBench()
    let client = bench.open("/sink")
    client.say(.text("a"), .binary(pattern(70_000)), .ping([1]))
    bench.turn { client.frames == [.pong([1])] }
  }

  @Test("sends messages unasked", arguments: [("", 0), ("&size=20000", 20_000), ("&rate=1000", 100), ("&size=1", 1)])
  func blast(options: String, size: Int) throws {
    let bench = try EchoBench()
    let client = bench.open("/blast?count=50\(options)")
    bench.turn { client.frames.count == 51 }
    #expect(client.frames.last == .close(1000))
    let sizes = Set(client.frames.dropLast().map(\.payload.count))
    #expect(sizes == [size == 0 ? 100 : size])
    if size != 1 {
      #expect(client.frames.dropLast().map { $0.payload.prefix(2).text }.prefix(3) == ["1.", "2.", "3."])
    }
  }

  @Test func `sends no faster than it is read`() throws {
    let bench = try EchoBench()
    let client = bench.open("/blast?size=1000")
    client.stream.pauseReading()
    bench.settle(.milliseconds(50))
    let held = client.received.count
    client.stream.resumeReading()
    bench.turn { client.received.count > held + (4 << 20) }
    client.stream.close()
    bench.turn { bench.server.connectionCount == 0 }
  }

  @Test func `sends at a rate`() throws {
    let bench = try EchoBench()
    let client = bench.open("/blast?rate=100")
    bench.settle(.milliseconds(200))
    #expect((2...40).contains(client.frames.count))
  }

  @Test func `sends back later, in order`() throws {
    let bench = try EchoBench()
    let client = bench.open("/delay?ms=60&jitter=20")
    let start = Instant.now
    for number in UInt8(0)..<20 { client.say(.binary([number])) }
    bench.settle(.milliseconds(10))
    #expect(client.frames.isEmpty)
    bench.turn { client.frames.count == 20 }
    #expect(client.frames.map(\.payload) == (0..<20).map { [$0] })
    #expect(start.duration(to: .now) >= .milliseconds(40))
  }

  @Test func `holds back who sends more than may wait`() throws {
    let bench = try EchoBench()
    let client = bench.open("/delay?ms=50")
    let message = RawFrame.binary(pattern(100_000)).masked.bytes
    for _ in 0..<40 { client.send(message) }
    bench.settle(.milliseconds(20))
    #expect(client.stream.queuedBytes > 1 << 20)
    bench.turn { client.frames.count == 40 }
  }

  @Test(
    "does something at every interval", arguments: [("/tick?every=5ms", 1, "tick 3"), ("/ping?every=5ms", 9, "ping 3")])
  func intervals(resource: String, opcode: Int, third: String) throws {
    let bench = try EchoBench()
    let client = bench.open(resource)
    bench.turn { client.frames.count >= 3 }
    #expect(client.frames[2] == RawFrame(UInt8(opcode), Array(third.utf8)))
  }

  @Test("sends back in fragments", arguments: [(1, 3), (2, 2), (3, 1), (100, 1)])
  func fragments(size: Int, count: Int) throws {
    let bench = try EchoBench()
    let client = bench.open("/fragment?size=\(size)")
    client.say(.text("abc"), .text(""))
    bench.turn { client.frames.count == count + 1 }
    #expect(client.frames.flatMap(\.payload).text == "abc")
    #expect(client.frames.map(\.opcode) == [1] + Array(repeating: 0, count: count - 1) + [1])
    #expect(client.frames.map { $0.bits == 0x80 } == Array(repeating: false, count: count - 1) + [true, true])
  }

  @Test(
    "closes as it is asked",
    arguments: [
      ("", UInt16(1000), ""), ("?code=1001", 1001, ""), ("?code=4999&reason=a%20b+c", 4999, "a b c"),
      ("?reason=%C3%A9", 1000, "é"), ("?code=1005", 1008, "cannot close so"),
      ("?reason=" + String(repeating: "x", count: 124), 1008, "cannot close so"),
    ])
  func closes(query: String, code: UInt16, reason: String) throws {
    let bench = try EchoBench()
    let client = bench.open("/close\(query)")
    bench.turn { !client.frames.isEmpty }
    #expect(client.frames == [.close(code, reason)])
    client.say(.close(code))
    bench.turn { client.hasEnded }
  }

  @Test func `drops the connection`() throws {
    let bench = try EchoBench()
    let client = bench.open("/drop?after=20ms")
    client.say(.text("before"))
    bench.turn { client.isOver }
    #expect(client.frames == [.text("before")])
    #expect(client.isReset)
    #expect(bench.server.connectionCount == 0)
  }

  @Test func `stalls`() throws {
    let bench = try EchoBench()
    let client = bench.open("/stall")
    for _ in 0..<10 { client.send(RawFrame.binary(pattern(100_000)).masked.bytes) }
    bench.settle()
    #expect(client.stream.queuedBytes > 0)
    #expect(client.frames.isEmpty)
  }

  @Test func `trickles`() throws {
    let bench = try EchoBench()
    let client = bench.open("/trickle?rate=500")
    let start = Instant.now
    client.say(.text(String(repeating: "x", count: 98)))
    bench.settle(.milliseconds(40))
    let sofar = client.received.count
    bench.turn { client.frames.count == 1 }
    #expect(sofar < client.received.count)
    #expect(start.duration(to: .now) >= .milliseconds(150))
    client.say(.close(1000))
    bench.turn { client.hasEnded }
    #expect(client.frames.last == .close(1000))
  }

  @Test func `shows the request as JSON`() throws {
    let bench = try EchoBench()
    let client = bench.open("/headers?a=\"", "X-Odd: a\"b\\c\td\r\nX-Odd: \u{E9}\r\n")
    bench.turn { client.frames.count == 1 }
    let text = client.frames[0].payload.text
    #expect(text.hasPrefix(#"{"method":"GET","target":"/headers?a=\"","headers":[["Host","localhost"],"#))
    #expect(text.contains(#"["X-Odd","a\"b\\c\u0009d"],["X-Odd","é"]]}"#))
  }

  @Test(
    "agrees to a subprotocol",
    arguments: [
      ("/", "a, b", "a"), ("/", "", nil), ("/subprotocol", "a, b", "a"), ("/subprotocol?name=b", "a, b", "b"),
      ("/subprotocol?name=", "a, b", nil), ("/subprotocol?name=other", "a", "other"),
    ] as [(String, String, String?)])
  func subprotocol(resource: String, offered: String, chosen: String?) throws {
    let bench = try EchoBench()
    let client = bench.open(resource, offered.isEmpty ? "" : "Sec-WebSocket-Protocol: \(offered)\r\n")
    #expect(header("sec-websocket-protocol", in: client.head ?? "") == chosen)
  }

  @Test func `refuses to name a subprotocol that cannot be sent`() throws {
    let bench = try EchoBench()
    let client = bench.call(RawClient.request("/subprotocol?name=a%0D%0Ab", "Sec-WebSocket-Protocol: a\r\n"))
    bench.turn { client.hasEnded }
    #expect(client.status == 400)
    #expect(client.received.text.split(separator: "\r\n").allSatisfy { $0 != "b" })
  }

  /// RFC 7692, section 7: what is agreed on is used, both ways.
  @Test func `compresses where it was agreed`() throws {
    let bench = try EchoBench()
    let client = bench.open("/", "Sec-WebSocket-Extensions: permessage-deflate\r\n")
    #expect(header("sec-websocket-extensions", in: client.head ?? "")?.hasPrefix("permessage-deflate") == true)
    client.say(.text(String(repeating: "compress me ", count: 100)))
    bench.turn { client.frames.count == 1 }
    #expect(client.frames[0].bits == 0xC0)
    #expect(client.frames[0].payload.count < 100)
    client.say(RawFrame(1, client.frames[0].payload, bits: 0xC0))
    bench.turn { client.frames.count == 2 }
    #expect(client.frames[0] == client.frames[1])
  }
}
