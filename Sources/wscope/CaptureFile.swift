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
  private let rotation: CaptureRotation?
  private var descriptor: Int32
  private var port: OutputPort
  /// Files that were the capture's, while something of them waits.
  private var former: [(port: OutputPort, descriptor: Int32)] = []
  /// Bytes in the file, and how many of them were written again from the file before.
  private var size = 0
  private var repeatedSize = 0
  /// Those whose connections a new file tells of, by their number; where there can be one.
  private var taps: [Int: CaptureTap] = [:]
  /// The number of the newest connection.
  private var lastNumber = 0
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
  /// - Parameter rotation: when a new file is begun; nil: never.
  init(_ path: String, rotation: CaptureRotation? = nil, mask: SecretMask, loop: Loop) throws(Stop) {
    self.path = path
    self.rotation = rotation
    self.mask = mask
    self.loop = loop
    start = loop.now
    do { descriptor = try Self.open(path) } catch {
      throw Stop(.cannotWrite, "cannot write \(path): \(error)")
    }
    port = OutputPort(loop: loop, descriptor: descriptor)
    var facts = stat()
    if fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG {
      size = Int(facts.st_size)
    } else if rotation != nil {
      throw Stop(.usage, "\(Options.captureSize.long): \(path) is no file")
    }
    port.handler = self
    if Self.endsInsideLine(path) { lines.append("\n") }
  }

  /// The file that `--capture` asks for, if it does.
  convenience init?(_ parsed: Parsed, mask: SecretMask, loop: Loop) throws(Stop) {
    guard let path = parsed.value(Options.capture) else {
      for option in [Options.captureSize, Options.captureFiles] where parsed.flag(option) {
        throw Stop(.usage, "\(option.long) needs \(Options.capture.long)")
      }
      return nil
    }
    var rotation: CaptureRotation?
    if parsed.flag(Options.captureSize) {
      rotation = CaptureRotation(
        size: parsed.size(Options.captureSize), fileCount: parsed.integer(Options.captureFiles))
    } else if parsed.flag(Options.captureFiles) {
      throw Stop(.usage, "\(Options.captureFiles.long) needs \(Options.captureSize.long)")
    }
    try self.init(path, rotation: rotation, mask: mask, loop: loop)
  }

  private static func open(_ path: String) throws(SystemError) -> Int32 {
    let descriptor = Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0o600)
    guard descriptor >= 0 else { throw SystemError(code: errno, call: "open") }
    return descriptor
  }

  /// Whether an older capture was cut, so that its last line must be ended first.
  private static func endsInsideLine(_ path: String) -> Bool {
    var facts = stat()
    guard stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_size > 0 else { return false }
    let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    var last: UInt8 = 0
    return pread(file, &last, 1, facts.st_size - 1) == 1 && last != UInt8(ascii: "\n")
  }

  /// Begins a connection.
  /// - Parameters:
  ///   - number: its number, from 1; nil for the next.
  ///   - peer: the URL, or a client's address.
  func tap(role: Role, number: Int? = nil, peer: String) -> CaptureTap {
    let number = number ?? lastNumber + 1
    lastNumber = number
    let writer = CaptureWriter(connection: number, role: role, mask: mask, start: start)
    append { writer.begin(peer: peer, at: UTCTime.now, now: loop.now, into: $0) }
    let tap = CaptureTap(writer, self, number: number, peer: peer, isRepeated: rotation != nil)
    if rotation != nil { taps[number] = tap }
    return tap
  }

  private var queuedBytes: Int { former.reduce(port.queuedBytes) { $0 + $1.port.queuedBytes } }

  /// Whether so much waits that whoever makes more should wait too.
  var isFull: Bool { !isBroken && queuedBytes > Self.limit }

  /// Whether everything has left, or never will.
  var isFlushed: Bool { isBroken || (lines.isEmpty && queuedBytes == 0) }

  fileprivate var now: ContinuousClock.Instant { loop.now }

  fileprivate func ended(_ number: Int) { taps[number] = nil }

  fileprivate func append(_ write: (ByteBuffer) -> Void) {
    guard !isBroken else { return }
    let before = lines.count
    write(lines)
    size += lines.count - before
    if let rotation, size > rotation.size, size - (lines.count - before) > repeatedSize {
      rotate(rotation, behind: before)
    }
    if lines.count > Self.limit / 4 { return flush() }
    guard !isFlushAwaited else { return }
    isFlushAwaited = true
    loop.atEndOfTurn { [weak self] in
      self?.isFlushAwaited = false
      self?.flush()
    }
  }

  /// Begins a new file, with what a reader must know of the open connections.
  /// - Parameter mark: from where on the lines are the new file's.
  private func rotate(_ rotation: CaptureRotation, behind mark: Int) {
    let newest = [UInt8](lines.bytes[mark...])
    lines.removeLast(newest.count)
    flush()
    do throws(SystemError) {
      try rotation.rename(path)
      former.append((port, descriptor))
      descriptor = try Self.open(path)
    } catch {
      return fail(error.description)
    }
    port = OutputPort(loop: loop, descriptor: descriptor)
    port.handler = self
    closeFormer()
    for number in taps.keys.sorted() { taps[number]?.begin(into: lines) }
    repeatedSize = lines.count
    lines.append(newest.span)
    size = lines.count
  }

  /// Closes the files of which nothing waits.
  private func closeFormer() {
    former.removeAll { port, descriptor in
      guard port.queuedBytes == 0 else { return false }
      port.close()
      close(descriptor)
      return true
    }
  }

  /// Writes what has been gathered.
  func flush() {
    guard !isBroken, !lines.isEmpty else { return }
    port.write(UnsafeRawBufferPointer(lines.bytes))
    lines.removeAll()
    if queuedBytes > Self.hardLimit {
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
    for file in former { file.port.close() }
    let stop = Stop(.cannotWrite, "cannot write \(path): \(reason)")
    self.stop = stop
    failed?(stop)
  }
}

extension CaptureFile: OutputPortHandler {
  func outputDrained() {
    closeFormer()
    moved?()
  }

  func outputFailed(_ error: SystemError) { fail(error.description) }
}

/// One connection's lines in a capture.
final class CaptureTap: Tap {
  private let writer: CaptureWriter
  private let file: CaptureFile
  private let number: Int
  private let peer: String
  /// The lines that say how the connection came to be open, where a new file repeats them.
  private let opening: ByteBuffer?

  /// - Parameter isRepeated: whether a new file may have to repeat how the connection was opened.
  init(_ writer: CaptureWriter, _ file: CaptureFile, number: Int, peer: String, isRepeated: Bool) {
    self.writer = writer
    self.file = file
    self.number = number
    self.peer = peer
    opening = isRepeated ? ByteBuffer() : nil
  }

  func saw(_ event: TraceEvent) {
    let time = UTCTime.now
    switch event {
    case .request, .response, .opened:
      if let opening { writer.append(event, at: time, now: file.now, into: opening) }
    case .ended: file.ended(number)
    default: break
    }
    file.append { writer.append(event, at: time, now: file.now, into: $0) }
  }

  /// There is no connection, and why.
  func fail(_ words: String) {
    file.ended(number)
    file.append { writer.fail(words, at: UTCTime.now, now: file.now, into: $0) }
  }

  /// Appends what a reader of a new file must know.
  fileprivate func begin(into lines: ByteBuffer) {
    writer.begin(peer: peer, isContinued: true, at: UTCTime.now, now: file.now, into: lines)
    if let opening { lines.append(opening.span) }
  }
}
