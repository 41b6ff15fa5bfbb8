import CPlatform
import Glibc
import Testing

@testable import Transport

/// What a shell may put behind a standard descriptor, with the end a test holds.
enum Plumbing: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case pipe, socket, terminal

  var testDescription: String { rawValue }

  /// Two connected descriptors that block, as inherited ones do.
  func make() throws -> (input: Int32, output: Int32) {
    var ends: [Int32] = [-1, -1]
    switch self {
    case .pipe:
      try #require(Glibc.pipe(&ends) == 0)
    case .socket:
      try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    case .terminal:
      let (master, terminal) = try openTerminal()
      return (master, terminal)
    }
    return (ends[0], ends[1])
  }
}

/// A pseudo-terminal without line editing; the descriptors block.
private func openTerminal() throws -> (master: Int32, terminal: Int32) {
  var (master, terminal): (Int32, Int32) = (-1, -1)
  try #require(platform_open_terminal(&master, &terminal) == 0)
  var modes = termios()
  tcgetattr(terminal, &modes)
  cfmakeraw(&modes)
  tcsetattr(terminal, TCSANOW, &modes)
  return (master, terminal)
}

private final class OutputRecorder: OutputPortHandler {
  var drained = 0
  var failure: SystemError?
  func outputDrained() { drained += 1 }
  func outputFailed(_ error: SystemError) { failure = error }
}

private final class InputRecorder: InputPortHandler {
  var received: [UInt8] = []
  var largest = 0
  var ends = 0
  var failure: SystemError?
  var onReceive: () -> Void = {}
  func inputReceived(_ bytes: UnsafeMutableRawBufferPointer) {
    received.append(contentsOf: bytes)
    largest = max(largest, bytes.count)
    onReceive()
  }
  func inputEnded() { ends += 1 }
  func inputFailed(_ error: SystemError) { failure = error }
}

private func isBlocking(_ descriptor: Int32) -> Bool { fcntl(descriptor, F_GETFL) & O_NONBLOCK == 0 }

private func readAvailable(_ descriptor: Int32) -> [UInt8] {
  var result: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65536)
  while SystemCalls.isReady(descriptor, for: POLLIN), case let size = read(descriptor, &buffer, buffer.count), size > 0
  {
    result += buffer[..<size]
  }
  return result
}

@Suite struct `An output port` {
  let loop: Loop
  private let recorder = OutputRecorder()
  init() throws { loop = try Loop() }

  private func port(_ descriptor: Int32, mayReopen: Bool = true) -> OutputPort {
    let port = OutputPort(loop: loop, descriptor: descriptor, mayReopen: mayReopen)
    port.handler = recorder
    return port
  }

  // Not a terminal that cannot be opened anew: poll does not tell its room, so that writing may have to wait for it.
  @Test(arguments: [(Plumbing.pipe, true), (.socket, true), (.terminal, true), (.pipe, false), (.socket, false)])
  func `never waits for a reader that does not read`(plumbing: Plumbing, mayReopen: Bool) throws {
    let (input, output) = try plumbing.make()
    let port = port(output, mayReopen: mayReopen)
    let bytes = pattern(1 << 20)
    bytes.withUnsafeBytes { port.write($0) }
    #expect(port.queuedBytes > 0 && port.queuedBytes < bytes.count)
    var isTimerRun = false
    loop.schedule(after: .milliseconds(5)) { isTimerRun = true }
    turnLoop(loop) { isTimerRun }
    #expect(recorder.drained == 0)
    #expect(isBlocking(output), "the flags are shared with other processes")
    var read: [UInt8] = []
    turnLoop(loop) {
      read += readAvailable(input)
      return read.count == bytes.count
    }
    turnLoop(loop) { port.queuedBytes == 0 }
    #expect(read == bytes)
    #expect(recorder.drained >= 1)
    port.close()
    for descriptor in [input, output] { close(descriptor) }
  }

  @Test(arguments: [Plumbing.pipe, .socket])
  func `fails with EPIPE, in a later turn, when the reader has gone`(plumbing: Plumbing) throws {
    let (input, output) = try plumbing.make()
    let port = port(output)
    close(input)
    [1, 2, 3].withUnsafeBytes { port.write($0) }
    #expect(recorder.failure == nil)
    turnLoop(loop) { recorder.failure != nil }
    #expect(recorder.failure == SystemError(code: EPIPE, call: "write"))
    [1, 2, 3].withUnsafeBytes { port.write($0) }
    #expect(port.queuedBytes == 0)
    close(output)
  }

  @Test func `notices that the reader goes while it waits`() throws {
    let (input, output) = try Plumbing.pipe.make()
    let port = port(output)
    pattern(1 << 20).withUnsafeBytes { port.write($0) }
    close(input)
    turnLoop(loop) { recorder.failure != nil }
    #expect(recorder.failure?.code == EPIPE)
    close(output)
  }

  @Test func `writes to a file a block a turn, and stays awake`() throws {
    let path = scratchPath("file")
    let file = open(path, O_CREAT | O_RDWR, 0o600)
    let port = port(file)
    let bytes = pattern(1_000_000)
    bytes.withUnsafeBytes { port.write($0) }
    #expect(port.queuedBytes == bytes.count - StandardStream.block)
    for _ in 0..<3 { loop.turn(waitAtMost: nil) }
    #expect(port.queuedBytes == 0 && recorder.drained >= 1)
    lseek(file, 0, SEEK_SET)
    #expect(readAvailable(file) == bytes)
    port.close()
    close(file)
  }

  @Test func `writes to /dev/null`() throws {
    let null = open("/dev/null", O_WRONLY)
    let port = port(null)
    pattern(1_000_000).withUnsafeBytes { port.write($0) }
    turnLoop(loop) { port.queuedBytes == 0 }
    port.close()
    close(null)
  }

  @Test func `tells a full device and a closed descriptor`() throws {
    let full = open("/dev/full", O_WRONLY)
    let fullPort = port(full)
    [1].withUnsafeBytes { fullPort.write($0) }
    turnLoop(loop) { recorder.failure != nil }
    #expect(recorder.failure?.description == "no space left on device")
    recorder.failure = nil
    let closedPort = port(-1)
    turnLoop(loop) { recorder.failure != nil }
    #expect(recorder.failure?.code == EBADF)
    closedPort.close()
    close(full)
  }
}

@Suite struct `An input port` {
  let loop: Loop
  private let recorder = InputRecorder()
  init() throws { loop = try Loop() }

  private func started(_ descriptor: Int32, mayReopen: Bool = true) -> InputPort {
    let port = InputPort(loop: loop, descriptor: descriptor, mayReopen: mayReopen)
    port.handler = recorder
    port.start()
    return port
  }

  @Test(arguments: [Plumbing.pipe, .socket], [true, false])
  func `gives what comes, and the end`(plumbing: Plumbing, mayReopen: Bool) throws {
    let (input, output) = try plumbing.make()
    let port = started(input, mayReopen: mayReopen)
    loop.turn(waitAtMost: .milliseconds(10))
    #expect(recorder.received.isEmpty)
    write(output, "hello", 5)
    turnLoop(loop) { recorder.received == Array("hello".utf8) }
    #expect(isBlocking(input), "the flags are shared with other processes")
    close(output)
    turnLoop(loop) { recorder.ends == 1 }
    loop.turn(waitAtMost: .zero)
    #expect(recorder.ends == 1)
    port.close()
    close(input)
  }

  @Test(arguments: [Plumbing.pipe, .socket])
  func `gives what was written by a process that has already gone`(plumbing: Plumbing) throws {
    let (input, output) = try plumbing.make()
    write(output, "hello", 5)
    close(output)
    _ = started(input)
    turnLoop(loop) { recorder.ends == 1 }
    #expect(recorder.received == Array("hello".utf8))
    close(input)
  }

  @Test func `reads a terminal, and its hang-up`() throws {
    let (master, terminal) = try openTerminal()
    #expect(InputPort.isTerminal(descriptor: terminal))
    _ = started(terminal)
    write(master, "key", 3)
    turnLoop(loop) { recorder.received == Array("key".utf8) }
    #expect(isBlocking(terminal))
    close(master)
    turnLoop(loop) { recorder.ends == 1 || recorder.failure?.code == EIO }
    close(terminal)
  }

  @Test func `reads a file a block a turn while others are served`() throws {
    let path = scratchPath("file")
    let file = open(path, O_CREAT | O_RDWR, 0o600)
    let bytes = pattern(1_000_000)
    bytes.withUnsafeBytes { _ = write(file, $0.baseAddress, $0.count) }
    lseek(file, 0, SEEK_SET)
    let (quick, feeder) = try Plumbing.pipe.make()
    let other = InputRecorder()
    let otherPort = InputPort(loop: loop, descriptor: quick)
    otherPort.handler = other
    otherPort.start()
    write(feeder, "x", 1)
    let port = started(file)
    loop.turn(waitAtMost: nil)
    #expect(recorder.received.count == StandardStream.block)
    #expect(other.received.count == 1)
    port.pause()
    let begin = Instant.now
    loop.turn(waitAtMost: .milliseconds(20))
    #expect(Instant.now - begin >= .milliseconds(15), "a paused file keeps nobody awake")
    port.resume()
    turnLoop(loop) { recorder.ends == 1 }
    #expect(recorder.received == bytes)
    otherPort.close()
    for descriptor in [file, quick, feeder] { close(descriptor) }
  }

  @Test func `ends at once on /dev/null`() throws {
    let null = open("/dev/null", O_RDONLY)
    _ = started(null)
    turnLoop(loop) { recorder.ends == 1 }
    #expect(recorder.received.isEmpty)
    close(null)
  }

  @Test func `leaves bytes where they are while it pauses`() throws {
    let (input, output) = try Plumbing.pipe.make()
    let port = started(input)
    recorder.onReceive = { port.pause() }
    write(output, "one", 3)
    turnLoop(loop) { recorder.received.count == 3 }
    write(output, "two", 3)
    close(output)
    let begin = Instant.now
    loop.turn(waitAtMost: .milliseconds(20))
    #expect(Instant.now - begin >= .milliseconds(15))
    #expect(recorder.received.count == 3 && recorder.ends == 0)
    port.resume()
    turnLoop(loop) { recorder.received.count == 6 }
    port.resume()
    turnLoop(loop) { recorder.ends == 1 }
    close(input)
  }

  @Test func `tells a directory and a closed descriptor`() throws {
    let directory = open("/tmp", O_RDONLY)
    _ = started(directory)
    turnLoop(loop) { recorder.failure != nil }
    #expect(recorder.failure == SystemError(code: EISDIR, call: "read"))
    recorder.failure = nil
    _ = started(-1)
    turnLoop(loop) { recorder.failure != nil }
    #expect(recorder.failure?.code == EBADF)
    close(directory)
  }
}
