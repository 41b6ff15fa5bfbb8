import CBench
import Glibc

/// What all scenarios share: the programs, and how often to measure.
struct Bench {
  /// The built `wscope`.
  var binary: String
  /// Another WebSocket client for the whole-process scenarios, such as websocat.
  var rival: String?
  /// How often each side of a comparison is measured.
  var rounds = 11
  /// Where the scenarios that need one core run; nil for the last one.
  var core: Int?

  /// Runs `body` with this process, and what it starts, on one core.
  func onOneCore<Value>(_ body: () throws -> Value) throws -> Value {
    let core = self.core.map(Int32.init) ?? bench_last_core()
    try checked(bench_pin_to_core(core), "sched_setaffinity")
    defer { _ = bench_unpin() }
    return try body()
  }

  /// An echo server of its own process.
  func echoServer(_ wire: Wire) throws -> EchoServer {
    let words =
      switch wire {
      case .webSocket: [binary, "echo", "--listen", "127.0.0.1:0"]
      case .raw: ["/proc/self/exe", "raw-echo", "0"]
      }
    return try EchoServer(wire, words)
  }
}

/// A running echo server.
final class EchoServer {
  let wire: Wire
  let child: ChildProcess
  let port: UInt16

  /// Starts the server, which says where it listens: `listening on ws://127.0.0.1:PORT/`.
  init(_ wire: Wire, _ words: [String]) throws {
    self.wire = wire
    child = try ChildProcess(words, output: .pipe)
    let line = try child.readLine()
    guard let digits = line.split(separator: ":").last?.prefix(while: \.isNumber), let port = UInt16(digits) else {
      throw BenchFailure("the server said: \(line)")
    }
    self.port = port
  }

  /// A connection that has done one exchange, checked byte by byte.
  func open(_ traffic: Traffic) throws -> Socket {
    let socket = try Socket.open(wire, port)
    try socket.check(traffic)
    return socket
  }

  /// Seconds on a core that the server needs while `body` runs.
  func processorSeconds(_ body: () throws -> Void) throws -> Double {
    let before = try Clock.processorTime(of: child.process)
    try body()
    return Double(try Clock.processorTime(of: child.process) - before) / 1e9
  }
}

/// Seconds that `body` takes.
func seconds(_ body: () throws -> Void) throws -> Double {
  let start = Clock.now
  try body()
  return Double(Clock.now - start) / 1e9
}
