import TestSupport
import Testing
import Trace
import Transport
import WebSocketCore

@testable import Engine

@Suite struct `A client's session` {
  @Test func `connects again in place, and closes what was open`() throws {
    let show = try Show("loopback:")
    show.session.connect()
    show.turn { show.told.contains("open 1") }
    show.session.connect()
    show.turn { show.told.contains("open 2") }
    #expect(show.told == ["open 1", "ended closed by us: 1000 (normal closure)", "open 2"])
    #expect(show.recorder.told == ["began 1 loopback:", "ended", "began 2 loopback:"])
    #expect(Set(show.recorder.requests).count == 2, "each has a key of its own")
  }

  @Test func `goes to another place`() throws {
    let show = try Show("loopback:")
    show.session.connect()
    show.turn { show.told.contains("open 1") }
    show.session.connect(to: try Show.plan("loopback:close?code=4000"))
    show.turn { show.told.count == 4 }
    #expect(show.told[3].hasPrefix("ended closed by the peer: 4000"))
    #expect(show.recorder.told.contains("began 2 loopback:close?code=4000"))
  }

  @Test func `does not wait long for a peer that does not close`() throws {
    let show = try Show("loopback:stall")
    show.session.connect()
    show.turn { show.told.contains("open 1") }
    let start = Instant.now
    show.session.connect()
    show.turn { show.told.contains("open 2") }
    #expect(start.duration(to: .now) < .seconds(3))
  }

  @Test func `comes back by itself where it shall`() throws {
    let show = try Show("loopback:close?code=1012")
    show.session.reconnects = ReconnectPolicy(first: .milliseconds(10), longest: .milliseconds(10))
    show.session.connect()
    show.turn { show.told.contains("open 3") }
    show.session.reconnects = nil
    show.turn { show.told.last?.hasPrefix("ended") == true }
    let count = show.told.count
    settleLoop(show.context.loop, .milliseconds(50))
    #expect(show.told.count == count)
    #expect(show.session.nextAttempt == nil)
  }

  @Test func `tries again after a failure, but not what cannot be asked for`() throws {
    let show = try Show("loopback:status?code=503")
    show.session.reconnects = ReconnectPolicy(first: .milliseconds(10), longest: .milliseconds(10))
    show.session.connect()
    show.turn { show.told.count == 2 }
    #expect(show.told == ["failed, again", "failed, again"])
    var plan = try Show.plan("loopback:")
    plan.request.subprotocols = ["a b"]
    show.session.connect(to: plan)
    show.turn { show.told.last == "failed" }
  }

  @Test func `does not come back when we have left`() throws {
    let show = try Show("loopback:")
    show.session.reconnects = ReconnectPolicy(first: .milliseconds(1), longest: .milliseconds(1))
    show.session.connect()
    show.turn { show.told.contains("open 1") }
    try show.session.connection?.close(.normal)
    show.turn { show.told.count == 2 }
    settleLoop(show.context.loop, .milliseconds(30))
    #expect(show.told.count == 2)
    show.session.connect()
    show.turn { show.told.contains("open 2") }
    show.session.abandon()
    settleLoop(show.context.loop, .milliseconds(30))
    #expect(show.told.last == "ended left by us without a Close frame")
  }

  @Test func `tells another observer from there on`() throws {
    let show = try Show("loopback:")
    show.session.connect()
    show.turn { show.told.contains("open 1") }
    let other = Show.Observer()
    show.session.observer = other
    show.session.connection?.send(text: "x")
    show.turn { other.frames == [.sent, .received] }
    #expect(show.observer.frames.isEmpty)
  }
}

/// A session and who hears it.
private final class Show {
  let context: ConnectionContext
  let session: ClientSession
  let observer = Observer()
  let recorder = Recorder()

  init(_ url: String) throws {
    context = ConnectionContext(loop: try Loop())
    session = ClientSession(plan: try Self.plan(url), context: context, recorder: recorder)
    session.observer = observer
  }

  deinit {
    session.abandon()
    settleLoop(context.loop, .milliseconds(1))
  }

  static func plan(_ url: String) throws -> ConnectionPlan {
    let url = try WebSocketURL.parse(url)
    return ConnectionPlan(
      url: url, request: ClientHandshakeRequest(url: url, key: [UInt8](repeating: 0, count: 16)),
      settings: ConnectionSettings())
  }

  var told: [String] { observer.told }

  func turn(sourceLocation: SourceLocation = #_sourceLocation, until condition: () -> Bool) {
    turnLoop(context.loop, sourceLocation: sourceLocation, until: condition)
  }

  final class Observer: ClientSessionObserver {
    private(set) var told: [String] = []
    private(set) var frames: [Direction] = []

    func session(_ session: ClientSession, saw event: TraceEvent) {
      if case .frame(let frame) = event, !frame.header.opcode.isControl { frames.append(frame.direction) }
    }
    func sessionOpened(_ session: ClientSession) { told.append("open \(session.number)") }
    func session(_ session: ClientSession, failed failure: ClientFailure) {
      told.append(session.nextAttempt == nil ? "failed" : "failed, again")
    }
    func sessionReceivedBatch(_ session: ClientSession) {}
    func sessionDrained(_ session: ClientSession) {}
    func session(_ session: ClientSession, ended verdict: Verdict) {
      told.append("ended \(verdict.description.prefix { $0 != ";" })")
    }
  }

  final class Recorder: ClientSessionRecorder {
    private(set) var told: [String] = []
    private(set) var requests: [[UInt8]] = []

    func began(connection number: Int, _ plan: ConnectionPlan) { told.append("began \(number) \(plan.url)") }
    func saw(_ event: TraceEvent) {
      if case .request(let bytes) = event { requests.append(bytes) }
      if case .ended = event { told.append("ended") }
    }
    func failed(_ failure: ClientFailure) { told.append("failed") }
  }
}
