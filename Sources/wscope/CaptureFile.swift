import Arguments
import Bytes
import Engine
import Glibc
import Inspector
import Trace
import Transport
import WebSocketCore
import WscopeOptions

/// The file of `--capture`: what happens on connections, appended in each turn of the loop in which something happened.
final class CaptureFile {
  private let path: String
  private let mask: SecretMask
  private let loop: Loop
  private let start: ContinuousClock.Instant
  private let descriptor: Int32
  private let port: OutputPort
  private let lines = ByteBuffer()
  private var isFlushAwaited = false
  /// Hears why the file cannot be written any more, once.
  var failed: ((Stop) -> Void)?
  /// Hears that lines which had to wait have left.
  var moved: (() -> Void)?
  private var isBroken = false

  /// Lines may wait so long before whoever makes them should wait too.
  private static let limit = 1 << 20
  /// What does not wait, such as a server, fails here.
  private static let hardLimit = 64 << 20

  /// Opens the file, which is appended to where it exists: a capture never destroys an older one.
  init(_ path: String, mask: SecretMask, loop: Loop) throws(Stop) {
    self.path = path
    self.mask = mask
    self.loop = loop
    start = loop.now
    descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0o600)
    guard descriptor >= 0 else {
      throw Stop(.cannotWrite, "cannot write \(path): \(SystemError(code: errno, call: "open"))")
    }
    port = OutputPort(loop: loop, descriptor: descriptor)
    port.handler = self
    if Self.endsInsideLine(path) { lines.append("\n") }
  }

  /// The file that `--capture` asks for, if it does.
  convenience init?(_ parsed: Parsed, mask: SecretMask, loop: Loop) throws(Stop) {
    guard let path = parsed.value(Options.capture) else { return nil }
    try self.init(path, mask: mask, loop: loop)
  }

  /// Whether an older capture was cut, so that its last line must be ended first.
  private static func endsInsideLine(_ path: String) -> Bool {
    var facts = stat()
    guard stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_size > 0 else { return false }
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    var last: UInt8 = 0
    return pread(file, &last, 1, facts.st_size - 1) == 1 && last != UInt8(ascii: "\n")
  }

  /// Begins a connection.
  /// - Parameters:
  ///   - number: its number, from 1.
  ///   - peer: the URL, or a client's address.
  func tap(role: Role, number: Int = 1, peer: String) -> CaptureTap {
    let writer = CaptureWriter(connection: number, role: role, mask: mask, start: start)
    append { writer.begin(peer: peer, at: UTCTime.now, now: loop.now, into: $0) }
    return CaptureTap(writer, self)
  }

  /// Whether so much waits that whoever makes more should wait too.
  var isFull: Bool { !isBroken && port.queuedBytes > Self.limit }

  /// Whether everything has left, or never will.
  var isFlushed: Bool { isBroken || (lines.isEmpty && port.queuedBytes == 0) }

  fileprivate var now: ContinuousClock.Instant { loop.now }

  fileprivate func append(_ write: (ByteBuffer) -> Void) {
    guard !isBroken else { return }
    write(lines)
    if lines.count > Self.limit / 4 { return flush() }
    guard !isFlushAwaited else { return }
    isFlushAwaited = true
    loop.atEndOfTurn { [weak self] in
      self?.isFlushAwaited = false
      self?.flush()
    }
  }

  /// Writes what has been gathered.
  func flush() {
    guard !isBroken, !lines.isEmpty else { return }
    port.write(UnsafeRawBufferPointer(lines.bytes))
    lines.removeAll()
    if port.queuedBytes > Self.hardLimit {
      fail("its reader does not keep up")
    } else if let failure = port.failure {
      fail(failure.description)
    }
  }

  /// Writes what is left after the loop, for a short time at most.
  /// - Returns: why it could not, if it could not.
  func finish() -> Stop? {
    flush()
    let deadline = ContinuousClock.now + .seconds(1)
    while !isFlushed, ContinuousClock.now < deadline { loop.turn(waitAtMost: .milliseconds(50)) }
    return stop
  }

  private var stop: Stop?

  private func fail(_ reason: String) {
    guard !isBroken else { return }
    isBroken = true
    port.close()
    let stop = Stop(.cannotWrite, "cannot write \(path): \(reason)")
    self.stop = stop
    failed?(stop)
  }
}

extension CaptureFile: OutputPortHandler {
  func outputDrained() { moved?() }

  func outputFailed(_ error: SystemError) { fail(error.description) }
}

/// One connection's lines in a capture.
final class CaptureTap: Tap {
  private let writer: CaptureWriter
  private let file: CaptureFile

  init(_ writer: CaptureWriter, _ file: CaptureFile) {
    self.writer = writer
    self.file = file
  }

  func saw(_ event: TraceEvent) {
    file.append { writer.append(event, at: UTCTime.now, now: file.now, into: $0) }
  }

  /// There is no connection, and why.
  func fail(_ words: String) {
    file.append { writer.fail(words, at: UTCTime.now, now: file.now, into: $0) }
  }
}
