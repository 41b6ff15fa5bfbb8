import CTestSupport
import Glibc

/// How a program ended.
public enum ProgramStatus: Equatable, Sendable, CustomStringConvertible {
  case exited(Int32)
  case signaled(Int32)
  /// It was still running at the limit, and was killed.
  case timedOut

  public var description: String {
    switch self {
    case .exited(let status): "status \(status)"
    case .signaled(let number): "signal \(number)"
    case .timedOut: "still running at the limit"
    }
  }
}

/// All that a program did.
public struct ProgramOutcome: Sendable, CustomStringConvertible {
  public var status: ProgramStatus
  public var output: [UInt8]
  public var errors: [UInt8]
  /// From its start to its end.
  public var lasted: Duration
  /// The most memory it was seen to hold at a time, in MiB.
  public var peakMemory = 0

  public var description: String { "\(status) after \(lasted)\noutput: \(output.text)\nerrors: \(errors.text)" }
}

/// Runs a program to its end: `input` on standard input and then its end.
public func run(
  _ program: String, _ words: [String], input: [UInt8] = [], environment: [String: String] = [:],
  folder: String? = nil, limit: Duration = .seconds(30)
) throws -> ProgramOutcome {
  let running = try Program(program, words, environment: environment, folder: folder)
  running.write(input)
  running.endInput()
  return running.wait(limit: limit)
}

/// A program that runs while the test talks with it. It is killed when the last reference goes.
public final class Program {
  public let process: Int32
  public private(set) var output: [UInt8] = []
  public private(set) var errors: [UInt8] = []
  private let started = ContinuousClock.now
  private var input: Int32
  private var outputEnd: Int32
  private var errorsEnd: Int32
  private var pending: ArraySlice<UInt8> = []
  private var endsInput = false
  private var status: ProgramStatus?
  private var ended = ContinuousClock.now
  private var peakMemory = 0
  private var nextLook = ContinuousClock.now

  /// Starts it with pipes. `output` stays unread from `readsOutput: false` on, until `readOutput()`.
  public init(
    _ program: String, _ words: [String] = [], environment: [String: String] = [:], folder: String? = nil,
    readsOutput: Bool = true
  ) throws {
    // A pipe that broke is an error of `write`, not the end of all tests.
    Glibc.signal(SIGPIPE, SIG_IGN)
    guard let path = program.contains("/") ? program : Need.path(of: program) else {
      throw SystemCallFailure("cannot find \(program)", code: ENOENT)
    }
    let pipes = try (0..<3).map { _ in try Pipe() }
    process = try spawn(
      path, words, environment, folder, [pipes[0].reading, pipes[1].writing, pipes[2].writing], terminal: nil)
    for end in [pipes[0].reading, pipes[1].writing, pipes[2].writing] { close(end) }
    input = pipes[0].writing
    outputEnd = pipes[1].reading
    errorsEnd = pipes[2].reading
    self.readsOutput = readsOutput
    for end in [input, outputEnd, errorsEnd] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
  }

  private var readsOutput: Bool

  /// From now on its output is read.
  public func readOutput() { readsOutput = true }

  /// Closes our end of its output, as a reader that has gone.
  public func closeOutput() { closeEnd(&outputEnd) }

  /// Queues bytes for its standard input.
  public func write(_ bytes: [UInt8]) { pending.append(contentsOf: bytes) }

  /// Queues text for its standard input.
  public func write(_ text: String) { write(Array(text.utf8)) }

  /// Ends its standard input behind what is queued.
  public func endInput() { endsInput = true }

  /// Sends it a signal.
  public func signal(_ number: Int32) {
    if status == nil { kill(process, number) }
  }

  /// The memory it holds now, in MiB.
  public var memory: Int { memory("VmRSS:") }

  /// Its own peak is asked for while it runs: what `wait4` tells of a child counts this process too, which made it.
  private func memory(_ figure: String) -> Int {
    let lines = (try? Files.lines("/proc/\(process)/status")) ?? []
    let words = lines.first { $0.hasPrefix(figure) }?.split { $0 == " " || $0 == "\t" } ?? []
    return words.count > 1 ? (Int(words[1]) ?? 0) >> 10 : 0
  }

  /// How many descriptors it has open.
  public var descriptors: Int { ((try? Files.names(in: "/proc/\(process)/fd")) ?? []).count }

  /// How many bytes of `input` it has not taken yet.
  public var untakenInput: Int { pending.count }

  /// Moves bytes until `condition` holds; false when it ended or the limit came first.
  @discardableResult
  public func wait(limit: Duration = .seconds(20), until condition: (Program) -> Bool) -> Bool {
    let deadline = ContinuousClock.now + limit
    while !condition(self) {
      guard ContinuousClock.now < deadline, !isAtEnd else { return condition(self) }
      pump()
    }
    return true
  }

  /// Waits for a line of output that begins so, and gives its rest; nil when none came.
  public func line(beginning prefix: String, limit: Duration = .seconds(20)) -> String? {
    func find() -> String? {
      for line in output.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      where line.hasPrefix(prefix) {
        return String(line.dropFirst(prefix.count))
      }
      return nil
    }
    wait(limit: limit) { _ in find() != nil }
    return find()
  }

  /// Waits for its end; at the limit it is killed.
  public func wait(limit: Duration = .seconds(20)) -> ProgramOutcome {
    wait(limit: limit) { _ in false }
    if status == nil {
      kill(-process, SIGKILL)
      kill(process, SIGKILL)
      reap(options: 0)
      status = .timedOut
    }
    return ProgramOutcome(
      status: status ?? .timedOut, output: output, errors: errors, lasted: ended - started, peakMemory: peakMemory)
  }

  private var isAtEnd: Bool { status != nil && (outputEnd < 0 || !readsOutput) && errorsEnd < 0 }

  private func pump() {
    if pending.isEmpty && endsInput { closeEnd(&input) }
    if status == nil, ContinuousClock.now >= nextLook {
      peakMemory = max(peakMemory, memory("VmHWM:"))
      nextLook = .now + .milliseconds(50)
    }
    var polled = [
      pollfd(fd: pending.isEmpty ? -1 : input, events: Int16(POLLOUT), revents: 0),
      pollfd(fd: readsOutput ? outputEnd : -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: errorsEnd, events: Int16(POLLIN), revents: 0),
    ]
    poll(&polled, 3, 10)
    if polled[0].revents != 0 { feed() }
    if polled[1].revents != 0 { drain(&outputEnd, into: &output) }
    if polled[2].revents != 0 { drain(&errorsEnd, into: &errors) }
    if status == nil {
      reap(options: WNOHANG)
    } else if polled.allSatisfy({ $0.revents == 0 }) {
      // It has ended and nothing is on its way; a process it left behind may hold the pipes.
      closeEnd(&outputEnd)
      closeEnd(&errorsEnd)
    }
  }

  private func feed() {
    let count = pending.withUnsafeBytes { Glibc.write(input, $0.baseAddress, $0.count) }
    if count > 0 {
      pending.removeFirst(count)
      if pending.isEmpty { pending = [] }
    } else if errno != EAGAIN {
      pending = []
      closeEnd(&input)
    }
  }

  private func drain(_ end: inout Int32, into bytes: inout [UInt8]) {
    let capacity = 1 << 18
    let count = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { buffer in
      let count = Glibc.read(end, buffer.baseAddress, capacity)
      if count > 0 { bytes.append(contentsOf: buffer[..<count]) }
      return count
    }
    if count == 0 || (count < 0 && errno != EAGAIN) { closeEnd(&end) }
  }

  private func reap(options: Int32) {
    var raw: Int32 = 0
    guard waitpid(process, &raw, options) == process else { return }
    status = raw & 0x7F == 0 ? .exited(raw >> 8 & 0xFF) : .signaled(raw & 0x7F)
    ended = .now
  }

  private func closeEnd(_ end: inout Int32) {
    if end >= 0 { close(end) }
    end = -1
  }

  deinit {
    if status == nil {
      kill(-process, SIGKILL)
      reap(options: 0)
    }
    for end in [input, outputEnd, errorsEnd] where end >= 0 { close(end) }
  }
}

private struct Pipe {
  var reading: Int32
  var writing: Int32

  init() throws {
    var ends: [Int32] = [-1, -1]
    let error = test_pipe(&ends)
    guard error == 0 else { throw SystemCallFailure("pipe", code: error) }
    (reading, writing) = (ends[0], ends[1])
  }
}

/// Starts a program with descriptors or a terminal; gives its process id.
func spawn(
  _ path: String, _ words: [String], _ variables: [String: String], _ folder: String?, _ descriptors: [Int32],
  terminal: String?
) throws -> pid_t {
  var merged = ownEnvironment()
  merged.merge(variables) { $1 }
  var process: pid_t = 0
  let error = withCStrings([path] + words) { words in
    withCStrings(merged.map { "\($0)=\($1)" }) { environment in
      test_spawn(path, words, environment, folder, descriptors, terminal, &process)
    }
  }
  guard error == 0 else { throw SystemCallFailure("cannot start \(path)", code: error) }
  return process
}

/// Only these: proxy variables of the machine, say, would send every connection of a test astray.
private func ownEnvironment() -> [String: String] {
  var variables = [String: String]()
  for name in ["PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TERM", "USER"] { variables[name] = environment(name) }
  return variables
}

private func withCStrings<Result>(
  _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  var pointers = strings.map { strdup($0) }
  pointers.append(nil)
  defer { for pointer in pointers { free(pointer) } }
  return body(pointers)
}
