import Bytes
import Glibc
import Testing

@testable import Transport

/// The streams that must all behave alike.
enum StreamKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case ipv4, ipv6, unix, memory

  var testDescription: String { rawValue }

  /// The kinds whose reset is one.
  static let withReset: [StreamKind] = [.ipv4, .ipv6, .memory]
}

/// A folder of its own for each use.
func scratchPath(_ name: String) -> String {
  var template = Array("/tmp/transport-XXXXXX".utf8CString)
  return String(cString: mkdtemp(&template)) + "/" + name
}

/// A loop with both ends of one connection.
struct StreamFixture {
  let loop: Loop
  let client: any ByteStream
  let server: any ByteStream
  let clientSide = Recorder()
  let serverSide = Recorder()

  /// Both ends have a recorder; neither is started.
  init(_ kind: StreamKind) throws {
    loop = try Loop()
    switch kind {
    case .memory: (client, server) = MemoryStream.pair(on: loop)
    case .ipv4: (client, server) = try Self.sockets(loop, .ipv4(INADDR_LOOPBACK, port: 0))
    case .ipv6: (client, server) = try Self.sockets(loop, .ipv6(high: 0, low: 1, port: 0))
    case .unix: (client, server) = try Self.sockets(loop, .unix(scratchPath("socket")))
    }
    client.handler = clientSide
    server.handler = serverSide
  }

  private static func sockets(_ loop: Loop, _ address: SocketAddress) throws -> (any ByteStream, any ByteStream) {
    let listener = try Listener(loop: loop, address: address)
    var server: SocketStream?
    listener.accepted = { server = $0 }
    let client = try connect(loop, to: listener.address)
    turn(loop) { server != nil }
    listener.close()
    return (client, try #require(server))
  }

  /// A connected stream, got the simple way.
  static func connect(_ loop: Loop, to address: SocketAddress) throws -> SocketStream {
    let number = socket(address.systemFamily, Int32(SOCK_STREAM.rawValue), 0)
    try #require(address.withSystemAddress { Glibc.connect(number, $0, $1) } == 0)
    try #require(fcntl(number, F_SETFL, O_NONBLOCK) == 0)
    return SocketStream(loop: loop, descriptor: Descriptor(owning: number))
  }

  func start() {
    client.start()
    server.start()
  }

  /// Takes turns until `condition` holds, or fails after a time no healthy machine needs.
  func turn(until condition: () -> Bool) { turnLoop(loop, until: condition) }

  static func turn(_ loop: Loop, until condition: () -> Bool) { turnLoop(loop, until: condition) }

  /// Takes turns until nothing has happened for `duration`.
  func settle(_ duration: Duration = .milliseconds(30)) {
    let end = Instant.now + duration
    while Instant.now < end { loop.turn(waitAtMost: .milliseconds(5)) }
  }
}

func turnLoop(_ loop: Loop, until condition: () -> Bool) {
  let deadline = Instant.now + .seconds(30)
  while !condition() {
    guard Instant.now < deadline else {
      Issue.record("waited 30 s in vain")
      return
    }
    loop.turn(waitAtMost: .milliseconds(100))
  }
}

/// Writes down what a stream tells, and lets a test act inside the calls.
final class Recorder: ByteStreamHandler {
  var received: [UInt8] = []
  var keepsBytes = true
  var receivedCount = 0
  var calls: [String] = []
  var failure: StreamFailure?
  var largestReceive = 0
  var isInsideCall = false
  var onReceive: (any ByteStream, UnsafeMutableRawBufferPointer) -> Void = { _, _ in }
  var onDrained: (any ByteStream) -> Void = { _ in }
  var onEnded: (any ByteStream) -> Void = { _ in }

  var hasEnded: Bool { calls.contains("ended") }
  var hasDrained: Bool { calls.contains("drained") }
  var isOver: Bool { hasEnded || failure != nil }

  func streamOpened(_ stream: any ByteStream) { calls.append("opened") }

  func stream(_ stream: any ByteStream, received bytes: UnsafeMutableRawBufferPointer) {
    if calls.last != "received" { calls.append("received") }
    if keepsBytes { received.append(contentsOf: bytes) }
    receivedCount += bytes.count
    largestReceive = max(largestReceive, bytes.count)
    precondition(!isInsideCall, "the handler was called from inside its own call")
    isInsideCall = true
    onReceive(stream, bytes)
    isInsideCall = false
  }

  func streamEnded(_ stream: any ByteStream) {
    calls.append("ended")
    onEnded(stream)
  }

  func stream(_ stream: any ByteStream, failed failure: StreamFailure) {
    calls.append("failed")
    self.failure = failure
  }

  func streamDrained(_ stream: any ByteStream) {
    precondition(!isInsideCall, "the handler was called from inside its own call")
    calls.append("drained")
    onDrained(stream)
  }
}

extension ByteStream {
  func write(_ text: String) { Array(text.utf8).withUnsafeBytes { write($0) } }
  func write(_ bytes: [UInt8]) { bytes.withUnsafeBytes { write($0) } }
  func write(_ head: [UInt8], _ body: [UInt8]) {
    head.withUnsafeBytes { head in body.withUnsafeBytes { body in write(head, body) } }
  }
}

/// Bytes whose order shows: no period that divides a power of two.
func pattern(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 % 251) } }
