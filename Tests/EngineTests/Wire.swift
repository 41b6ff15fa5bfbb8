import Bytes
import TestSupport
import Testing
import Trace
import Transport
import WebSocketCore

@testable import Engine

/// What carries the bytes of a test.
enum Carrier: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case memory, tcp
  var testDescription: String { rawValue }
}

/// A connection under test and, at the other end of its stream, a peer that says and hears bytes.
final class Wire {
  let loop: Loop
  let context: ConnectionContext
  let connection: Connection
  let handler = Witness()
  let tap = TapWitness()
  let peer: RawPeer

  /// - Parameters:
  ///   - role: which side the connection is.
  ///   - behind: bytes that came behind the opening handshake, in the same read.
  init(
    _ role: Role = .server, over carrier: Carrier = .memory, deflate: DeflateAgreement? = nil,
    settings: ConnectionSettings = ConnectionSettings(), isObserved: Bool = false, behind: [UInt8] = [],
    prepare: (Witness) -> Void = { _ in }
  ) throws {
    loop = try Loop()
    context = ConnectionContext(loop: loop)
    let (ours, theirs) = try streams(loop, carrier)
    peer = RawPeer(theirs, loop)
    connection = Connection(
      stream: ours, role: role, deflate: deflate, context: context, settings: settings, handler: handler,
      readsOnlyWhileWritable: role == .server)
    if isObserved { connection.observe(tap) }
    prepare(handler)
    // As the greeting's handler, which has read the request.
    let greeting = StreamWitness()
    ours.handler = greeting
    ours.start()
    var behind = behind
    behind.withUnsafeMutableBytes { connection.start(received: $0) }
  }

  deinit {
    connection.abandon()
    peer.stream.close()
    // A loop holds what still has to be called.
    settleLoop(loop, .milliseconds(1))
  }

  /// Takes turns until `condition` holds.
  func turn(
    sourceLocation: SourceLocation = #_sourceLocation, until condition: () -> Bool
  ) { turnLoop(loop, sourceLocation: sourceLocation, until: condition) }

  /// Takes turns for so long.
  func settle(_ duration: Duration = .milliseconds(20)) { settleLoop(loop, duration) }

  /// The peer sends frames, masked if it is the client.
  func say(_ frames: RawFrame...) {
    peer.send(frames.flatMap { connection.machine.role == .server ? $0.masked.bytes : $0.bytes })
  }

  /// The peer sends a binary message; as a client with a key of zeros, which costs a test no time.
  func sayQuickly(_ payload: [UInt8]) {
    var bytes = RawFrame.binary(payload).bytes
    if connection.machine.role == .server {
      bytes[1] |= 0x80
      bytes.insert(contentsOf: [0, 0, 0, 0], at: bytes.count - payload.count)
    }
    peer.send(bytes)
  }

  /// The verdict, once there is one.
  func verdict(sourceLocation: SourceLocation = #_sourceLocation) throws -> Verdict {
    turn(sourceLocation: sourceLocation) { handler.verdict != nil }
    return try #require(handler.verdict, sourceLocation: sourceLocation)
  }
}

/// Both ends of one connection, not started.
func streams(_ loop: Loop, _ carrier: Carrier) throws -> (any ByteStream, any ByteStream) {
  switch carrier {
  case .memory: return MemoryStream.pair(on: loop)
  case .tcp:
    let listener = try Listener(loop: loop, address: try #require(SocketAddress(numericHost: "127.0.0.1", port: 0)))
    var accepted: SocketStream?
    listener.accepted = { accepted = $0 }
    var connected: SocketStream?
    let cancellation = Connector(loop: loop).connect(to: [listener.address]) { connected = try? $0.get().stream }
    turnLoop(loop) { accepted != nil && connected != nil }
    listener.close()
    _ = cancellation
    return (try #require(accepted), try #require(connected))
  }
}

func turnLoop(_ loop: Loop, sourceLocation: SourceLocation = #_sourceLocation, until condition: () -> Bool) {
  let deadline = Instant.now + .seconds(30)
  while !condition() {
    guard Instant.now < deadline else {
      Issue.record("waited 30 s in vain", sourceLocation: sourceLocation)
      return
    }
    loop.turn(waitAtMost: .milliseconds(50))
  }
}

func settleLoop(_ loop: Loop, _ duration: Duration) {
  let end = Instant.now + duration
  while Instant.now < end { loop.turn(waitAtMost: .milliseconds(2)) }
}

/// Somebody who hears a stream and is not asked anything.
final class StreamWitness: ByteStreamHandler {
  func streamOpened(_ stream: any ByteStream) {}
  func stream(_ stream: any ByteStream, received bytes: UnsafeMutableRawBufferPointer) {
    Issue.record("bytes for the greeting that should have gone to the connection")
  }
  func streamEnded(_ stream: any ByteStream) {}
  func stream(_ stream: any ByteStream, failed failure: StreamFailure) {}
  func streamDrained(_ stream: any ByteStream) {}
}

/// The other end: bytes as they are.
final class RawPeer: ByteStreamHandler {
  let stream: any ByteStream
  private let loop: Loop
  private(set) var received: [UInt8] = []
  private(set) var hasEnded = false
  private(set) var failure: StreamFailure?
  private(set) var endedAt: Instant?

  init(_ stream: any ByteStream, _ loop: Loop) {
    self.stream = stream
    self.loop = loop
    stream.handler = self
    stream.start()
  }

  /// The head of what came, once it is whole; frames count from behind it.
  var head: String? {
    if let foundHead { return foundHead }
    guard let end = contains(received, Array("\r\n\r\n".utf8)) else { return nil }
    parsed = end + 4
    foundHead = received[..<end].text
    return foundHead
  }
  private var foundHead: String?
  /// What came behind the head.
  var body: String { head == nil ? "" : received[parsed...].text }

  /// The whole frames that came.
  var frames: [RawFrame] {
    if parsed < received.count {
      let (frames, size) = RawFrame.read(Array(received[parsed...]))
      read += frames
      parsed += size
    }
    return read
  }
  private var read: [RawFrame] = []
  private var parsed = 0
  /// Whether the connection is gone, in whatever way.
  var isOver: Bool { hasEnded || failure != nil }
  var isReset: Bool {
    if case .system(let error) = failure { error.isReset } else { false }
  }

  func send(_ bytes: [UInt8]) { bytes.withUnsafeBytes { stream.write($0) } }

  func streamOpened(_ stream: any ByteStream) {}
  func stream(_ stream: any ByteStream, received bytes: UnsafeMutableRawBufferPointer) { received += bytes }
  func streamEnded(_ stream: any ByteStream) {
    hasEnded = true
    endedAt = loop.now
  }
  func stream(_ stream: any ByteStream, failed failure: StreamFailure) {
    self.failure = failure
    endedAt = loop.now
  }
  func streamDrained(_ stream: any ByteStream) {}
}

/// Writes down what a connection tells its owner, and lets a test act inside the calls.
final class Witness: ConnectionHandler {
  let hearsFrames = true
  private(set) var calls: [String] = []
  private(set) var messages: [[UInt8]] = []
  private(set) var drained = 0
  private(set) var verdict: Verdict?
  var onOpened: (Connection) -> Void = { _ in }
  var onMessage: (Connection, Opcode, [UInt8]) -> Void = { _, _, _ in }
  var onFrame: (Connection) -> Void = { _ in }
  /// Looks at the payload after whatever `onFrame` did.
  var onLateFrame: (Span<UInt8>) -> Void = { _ in }
  var onControl: (Connection) -> Void = { _ in }
  var onTolerated: (Connection) -> Void = { _ in }
  var onBatch: (Connection) -> Void = { _ in }
  var onDrained: (Connection) -> Void = { _ in }
  var onEnded: (Connection) -> Void = { _ in }

  /// The messages as text.
  var texts: [String] { messages.map(\.text) }

  private func note(_ call: String) {
    if verdict != nil { Issue.record("\(call) after the end") }
    calls.append(call)
  }

  func connectionOpened(_ connection: Connection) {
    note("opened")
    onOpened(connection)
  }
  func connection(_ connection: Connection, received opcode: Opcode, _ payload: Span<UInt8>) {
    note("message")
    messages.append(Array(copying: payload))
    onMessage(connection, opcode, Array(copying: payload))
  }
  func connection(_ connection: Connection, receivedFrame header: FrameHeader, _ payload: Span<UInt8>) {
    note("frame")
    onFrame(connection)
    onLateFrame(payload)
  }
  func connection(_ connection: Connection, receivedControl opcode: Opcode, _ payload: Span<UInt8>) {
    note(opcode.name)
    onControl(connection)
  }
  func connection(_ connection: Connection, tolerated violation: Violation) {
    note("tolerated")
    onTolerated(connection)
  }
  func connectionReceivedBatch(_ connection: Connection) {
    note("batch")
    onBatch(connection)
  }
  func connectionDrained(_ connection: Connection) {
    note("drained")
    drained += 1
    onDrained(connection)
  }
  func connection(_ connection: Connection, ended verdict: Verdict) {
    note("ended")
    self.verdict = verdict
    onEnded(connection)
  }
}

/// Writes down what a tap sees.
final class TapWitness: Tap {
  private(set) var events: [TraceEvent] = []
  func saw(_ event: TraceEvent) { events.append(event) }

  /// The frames of one direction.
  func frames(_ direction: Direction) -> [FrameRecord] {
    events.compactMap { if case .frame(let frame) = $0, frame.direction == direction { frame } else { nil } }
  }

  /// The ways of all frames.
  var directions: [Direction] {
    events.compactMap { if case .frame(let frame) = $0 { frame.direction } else { nil } }
  }

  /// What the frames of one direction were on the wire.
  func wire(_ direction: Direction) -> [UInt8] {
    frames(direction).flatMap { frame in
      guard let key = frame.header.maskingKey else { return frame.headerBytes + frame.payload }
      var payload = frame.payload
      payload.withUnsafeMutableBytes { Masking.apply(key, to: $0) }
      return frame.headerBytes + payload
    }
  }
}

extension Connection {
  @discardableResult func send(text: String) -> Bool { send(.text, text.utf8Span.span) }
  @discardableResult func send(binary bytes: [UInt8]) -> Bool { send(.binary, bytes.span) }
  @discardableResult func fragment(_ opcode: Opcode, _ bytes: [UInt8], isFinal: Bool) -> Bool {
    sendFragment(opcode, bytes.span, isFinal: isFinal)
  }
  func ping(_ bytes: [UInt8]) throws { try ping(bytes.span) }
}

/// Bytes whose order shows.
func pattern(_ count: Int) -> [UInt8] {
  let period = [UInt8](0..<251)
  var bytes: [UInt8] = []
  bytes.reserveCapacity(count + 251)
  while bytes.count < count { bytes += period }
  bytes.removeLast(bytes.count - count)
  return bytes
}
