import Engine
import Inspector
import TestSupport
import Testing
import Trace
import Transport
import WebSocketCore
import WscopeOptions

@testable import LineMode

@Suite struct `A line session` {
  @Test func `sends lines, shows what comes, and says how it ended`() throws {
    let show = try Show("loopback:")
    show.turn { show.isOpen }
    show.session.entered("hello")
    show.session.entered("//slash")
    show.turn { show.messages == ["hello", "/slash"] }
    #expect(show.steps == [.text("hello"), .text("/slash")])
    show.session.leave()
    show.turn { show.end != nil }
    #expect(show.notes.last?.hasPrefix("closed by us: 1000 (normal closure)") == true)
    #expect(show.hasLeft)
    guard case .left(let verdict)? = show.end else { return #expect(Bool(false)) }
    #expect(verdict?.isNormal == true)
  }

  @Test(
    "does what its commands say",
    arguments: [
      ("/hex 00ff", [.bytes("hex", [0, 255])], ["binary 00ff"]),
      ("/base64 AAE=", [.bytes("hex", [0, 1])], ["binary 0001"]),
      (#"/json {"a":1}"#, [.text(#"{"a":1}"#)], [#"{"a":1}"#]),
      ("/fragment 2 abcde", [.word("fragments", "2 abcde")], ["abcde"]),
      (#"/frame opcode=text "made""#, [.word("frame", #"opcode=text "made""#)], ["made"]),
      ("/bytes 818100000000 62", [.bytes("bytes", [0x81, 0x81, 0, 0, 0, 0, 0x62])], ["b"]),
      ("/ping x", [.quoted("ping", "x")], ["pong x"]),
      ("/repeat 3 1ms a", [.text("a"), .text("a"), .text("a")], ["a", "a", "a"]),
      ("/repeat 120 0 a", Array(repeating: .text("a"), count: 120), Array(repeating: "a", count: 120)),
    ] as [(String, [SentStep], [String])])
  func commands(line: String, steps: [SentStep], answers: [String]) throws {
    let show = try Show("loopback:")
    show.turn { show.isOpen }
    show.session.entered(line)
    show.turn { show.messages == answers }
    #expect(show.steps == steps)
    #expect(show.failures.isEmpty)
  }

  @Test func `sends a file as what it is`() throws {
    let folder = try ScratchFolder()
    let text = try folder.write("a text.json", Array(#"{"a":1}"#.utf8))
    let bytes = try folder.write("bytes", [0xFF, 0])
    let show = try Show("loopback:")
    show.turn { show.isOpen }
    show.session.entered("/file \(text)")
    show.session.entered("/file \(bytes)")
    show.session.entered("/file \(folder.path)/none")
    show.session.entered("/file \(folder.path)")
    show.turn { show.messages == [#"{"a":1}"#, "binary ff00"] }
    #expect(show.failures.count == 2)
    #expect(show.failures[0].text.hasSuffix("none: no such file or directory"))
    show.session.entered("/save \(folder.path)/out")
    show.turn { show.notes.last?.contains("written") == true }
    #expect(try Files.read("\(folder.path)/out") == [0xFF, 0])
    show.session.entered("/save 1 \(folder.path)/out")
    #expect(try Files.read("\(folder.path)/out") == Array(#"{"a":1}"#.utf8))
  }

  @Test func `never sends an unknown command`() throws {
    let show = try Show("loopback:")
    show.turn { show.isOpen }
    for line in ["/nope", "/", "/close x", "/json {", "/frame x=1"] { show.session.entered(line) }
    show.session.entered("after")
    show.turn { show.messages == ["after"] }
    #expect(show.failures.count == 5)
    #expect(show.steps == [.text("after")])
  }

  @Test func `stays when the connection is lost, keeps what cannot be sent, and connects again in place`() throws {
    let show = try Show("loopback:close?code=1011&after=10ms")
    show.turn { show.troubles.count == 1 }
    #expect(show.troubles[0].hasPrefix("closed by the peer: 1011"))
    #expect(show.end == nil)
    #expect(show.session.hint.state?.hasPrefix("not connected") == true)
    show.session.entered("draft")
    #expect(show.restored.isEmpty)
    #expect(show.session.hint.state?.contains("/reconnect, which brings your line back") == true)
    show.session.entered("/open loopback:")
    show.turn { show.isOpen }
    #expect(show.notes.last == "  connecting to loopback:")
    #expect(show.restored == ["draft"])
    show.session.entered("draft")
    show.turn { show.messages == ["draft"] }
    show.session.entered("/reconnect")
    show.turn { show.openings == 3 }
    #expect(show.session.session.number == 3)
    show.session.leave()
    show.turn { show.end != nil }
  }

  @Test func `gives back at once what is not sent for its escapes`() throws {
    let show = try Show("loopback:")
    show.turn { show.isOpen }
    show.session.entered("/escape on")
    show.session.entered(#"a\qb"#)
    #expect(show.restored == [#"a\qb"#])
    #expect(show.failures.count == 1)
  }

  @Test func `takes a code that we chose for a good end, and says what was not repeated`() throws {
    let show = try Show("loopback:")
    show.turn { show.isOpen }
    show.session.entered("/repeat 1000 1h a")
    show.turn { !show.steps.isEmpty }
    show.session.entered("/close 4000 bye")
    show.turn { show.session.state == .lost }
    #expect(show.troubles.isEmpty)
    #expect(show.notes.suffix(2).first == "  stopped: 1 of 1,000 times sent")
    #expect(show.notes.last?.hasPrefix(#"closed by us: 4000 (private use), "bye""#) == true)
  }

  @Test func `tells the round trip of a ping that was typed`() throws {
    let show = try Show("loopback:")
    show.turn { show.isOpen }
    show.session.entered("/ping x")
    show.turn { show.messages == ["pong x"] }
    guard case .message(let message)? = show.items.last else { return #expect(Bool(false)) }
    #expect(message.latency != nil)
    show.session.entered("/stats")
    #expect(show.notes.contains { $0.hasPrefix("  round trips last") })
  }

  @Test func `ends with its connection where something is awaited`() throws {
    let show = try Show("loopback:close?code=1000") { $0.endsWithConnection = true }
    show.turn { show.end != nil }
    #expect(show.hasLeft)
  }

  @Test func `ends where there was no connection, but not when a later one fails`() throws {
    let first = try Show("loopback:status?code=403")
    first.turn { first.end != nil }
    guard case .failed? = first.end else { return #expect(Bool(false)) }
    let second = try Show("loopback:")
    second.turn { second.isOpen }
    second.session.entered("/open loopback:status?code=403")
    second.turn { !second.failures.isEmpty }
    #expect(second.end == nil)
    second.session.leave()
    #expect(second.end != nil)
  }

  @Test func `holds back what comes while it is paused`() throws {
    let show = try Show("loopback:")
    show.turn { show.isOpen }
    show.session.entered("/pause")
    for text in ["a", "b", "c"] { show.session.entered(text) }
    show.turn { show.session.hint.paused == 3 }
    #expect(show.messages.isEmpty)
    show.session.entered("/next")
    #expect(show.messages == ["a"])
    show.session.entered("/pause")
    #expect(show.messages == ["a", "b", "c"])
    #expect(show.session.hint.paused == nil)
    show.session.entered("/next")
    #expect(show.failures.map(\.text) == ["not paused"])
  }

  @Test(arguments: ["-b", "/^[ac]/", "/^[ac]/ -b"])
  func `shows only what a filter lets through, in order`(filter: String) throws {
    let show = try Show("loopback:")
    show.turn { show.isOpen }
    show.session.entered("/filter \(filter)")
    for text in ["a1", "b2", "c3"] { show.session.entered(text) }
    show.turn { show.messages.count == 2 }
    #expect(show.messages == ["a1", "c3"])
    show.session.entered("/filter")
    show.session.entered("b4")
    show.turn { show.messages.last == "b4" }
  }

  /// A pattern that needs exponential time stops nothing but itself.
  @Test func `drops a filter that does not finish`() throws {
    let show = try Show("loopback:")
    show.turn { show.isOpen }
    show.session.entered("/filter /^(a+)+$/")
    show.session.entered(String(repeating: "a", count: 40) + "b")
    show.turn { !show.failures.isEmpty }
    #expect(show.failures[0].text.contains("did not finish"))
    show.turn { show.messages.count == 1 }
  }

  @Test func `shows pings and pongs where that is asked for`() throws {
    let quiet = try Show("loopback:ping?every=5ms")
    quiet.turn { quiet.isOpen }
    settle(quiet, .milliseconds(50))
    #expect(quiet.messages.isEmpty)
    let show = try Show("loopback:ping?every=5ms") { $0.showsControl = true }
    show.turn { show.items.count > 4 }
    let directions = show.items.compactMap { if case .message(let message) = $0 { message.direction } else { nil } }
    #expect(Array(directions.prefix(2)) == [.received, .sent])
  }

  @Test func `says the time since our last message once`() throws {
    let show = try Show("loopback:fragment?size=1")
    show.turn { show.isOpen }
    show.session.entered("a")
    show.turn { show.messages.count == 1 }
    show.session.entered("/open loopback:blast?count=2&size=1")
    show.turn { show.messages.count == 3 }
    let latencies = show.items.compactMap { item -> Bool? in
      if case .message(let message) = item { message.latency != nil } else { nil }
    }
    #expect(latencies == [true, false, false])
  }

  @Test func `Ctrl-C asks first, then closes, then ends`() throws {
    let show = try Show("loopback:stall")
    show.turn { show.isOpen }
    show.session.interrupt()
    #expect(show.notes.last == "Ctrl-C again or Ctrl-D to close")
    show.session.interrupt()
    #expect(show.session.state == .leaving)
    #expect(show.end == nil)
    show.session.interrupt()
    #expect(show.end != nil)
  }

  @Test func `Ctrl-C stops what is repeated first`() throws {
    let show = try Show("loopback:")
    show.turn { show.isOpen }
    show.session.entered("/repeat 1000 10ms a")
    show.turn { !show.steps.isEmpty }
    show.session.interrupt()
    #expect(show.notes.last?.contains("stopped: 1 of 1,000 times") == true)
    let count = show.steps.count
    settle(show, .milliseconds(40))
    #expect(show.steps.count == count)
  }

  @Test func `a signal closes, and a second one does not wait`() throws {
    let show = try Show("loopback:")
    show.turn { show.isOpen }
    show.session.signaled(15)
    show.turn { show.end != nil }
    guard case .signal(15)? = show.end else { return #expect(Bool(false)) }
    let stalled = try Show("loopback:stall")
    stalled.turn { stalled.isOpen }
    stalled.session.signaled(2)
    stalled.session.signaled(2)
    #expect(stalled.end != nil)
  }

  @Test func `shows facts about the connection`() throws {
    let show = try Show("loopback:?token=hidden")
    show.turn { show.isOpen }
    show.session.entered("abc")
    show.turn { show.messages.count == 1 }
    for line in ["/headers", "/stats", "/tls", "/help", "/help close", "/show", "/show 9", "/pretty off"] {
      show.session.entered(line)
    }
    let said = show.notes.joined(separator: "\n")
    #expect(said.contains("> GET /?token=[secret 1] HTTP/1.1"))
    #expect(said.contains("< HTTP/1.1 101"))
    #expect(said.contains("received 1 message, 3 B"))
    #expect(show.items.contains(.help(nil)) && show.items.contains(.help(.close)))
    #expect(said.contains("pretty is off"))
    #expect(
      show.failures.map(\.text) == ["the connection is not encrypted", "there is no message 9; the oldest kept is 1"])
  }

  @Test func `stalls, resumes and drops`() throws {
    let show = try Show("loopback:")
    show.turn { show.isOpen }
    show.session.entered("/stall")
    show.session.entered("held")
    settle(show, .milliseconds(30))
    #expect(show.messages.isEmpty)
    show.session.entered("/resume")
    show.turn { show.messages == ["held"] }
    show.session.entered("/drop")
    show.turn { show.notes.last?.contains("left by us") == true }
  }

  @Test func `shows what it narrates, and a violation that is tolerated`() throws {
    let show = try Show("loopback:fault?kind=reserved-bits", lenient: true) { $0.detail = .frames }
    show.turn { show.troubles.contains { $0.contains("tolerated") } }
    #expect(show.notes.contains { $0.contains("the opening handshake") })
  }

  private func settle(_ show: Show, _ duration: Duration) {
    let end = ContinuousClock.now + duration
    while ContinuousClock.now < end { show.loop.turn(waitAtMost: .milliseconds(2)) }
  }
}

/// A session on a loopback, and what it shows.
private final class Show: LineView {
  let loop: Loop
  let session: LineSession
  private(set) var items: [LineItem] = []
  private(set) var restored: [String] = []
  fileprivate(set) var end: LineEnd?
  private(set) var hasLeft = false
  private(set) var openings = 0

  init(_ url: String, lenient: Bool = false, _ change: (inout LineOptions) -> Void = { _ in }) throws {
    loop = try Loop()
    var options = LineOptions()
    change(&options)
    let plan = try Self.plan(url, lenient)
    let client = ClientSession(plan: plan, context: ConnectionContext(loop: loop))
    let host = Host()
    session = LineSession(
      options: options, session: client, mask: SecretMask(showsSecrets: false), host: host)
    self.host = host
    host.show = self
    session.view = self
    session.start()
  }

  private let host: Host

  deinit { session.leaveNow() }

  fileprivate static func plan(_ url: String, _ lenient: Bool = false) throws -> ConnectionPlan {
    let url = try WebSocketURL.parse(url)
    return ConnectionPlan(
      url: url, request: ClientHandshakeRequest(url: url, key: [UInt8](repeating: 0, count: 16)),
      settings: ConnectionSettings(rules: ProtocolRules(limits: Limits(), isLenient: lenient)))
  }

  func turn(sourceLocation: SourceLocation = #_sourceLocation, until condition: () -> Bool) {
    let deadline = ContinuousClock.now + .seconds(30)
    while !condition() {
      guard ContinuousClock.now < deadline else {
        Issue.record("waited in vain; shown: \(items.suffix(20))", sourceLocation: sourceLocation)
        return
      }
      loop.turn(waitAtMost: .milliseconds(50))
    }
  }

  var isOpen: Bool { session.state == .open }
  var steps: [SentStep] { items.compactMap { if case .sent(let step) = $0 { step } else { nil } } }
  var failures: [LineFailure] { items.compactMap { if case .failure(let failure) = $0 { failure } else { nil } } }
  var troubles: [String] { items.compactMap { if case .trouble(let text, _) = $0 { text } else { nil } } }
  var notes: [String] { items.flatMap { if case .note(let lines) = $0 { lines } else { [String]() } } }
  /// What came: a text as it is, else the kind and the payload.
  var messages: [String] {
    items.compactMap { item in
      guard case .message(let message) = item, message.direction == .received else { return nil }
      let text = String(decoding: message.payload, as: UTF8.self)
      switch message.opcode {
      case .text: return text
      case .binary: return "binary " + message.payload.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      default: return "\(message.opcode.name) \(text)"
      }
    }
  }

  func show(_ item: LineItem) {
    items.append(item)
    if case .opening = item { openings += 1 }
  }
  func hintChanged() {}
  func restore(_ text: String) { restored.append(text) }
  func settingsChanged() {}
  func standAside() {}
  func comeBack(with draft: String) {}
  func leave() { hasLeft = true }

  private final class Host: LineSessionHost {
    weak var show: Show?

    func plan(for url: String) throws(LineFailure) -> ConnectionPlan {
      do { return try Show.plan(url) } catch { throw LineFailure("\(error)") }
    }
    func words(for failure: ClientFailure) -> (failure: LineFailure, details: [String]) {
      (LineFailure("\(failure.cause)"), [])
    }
    var now: UTCTime { UTCTime(seconds: 0, nanoseconds: 0) }
    var timeOffset: Int { 0 }
    var isFull: Bool { false }
    func received(_ payload: Span<UInt8>) {}
    func ended(_ end: LineEnd) { show?.end = end }
  }
}
