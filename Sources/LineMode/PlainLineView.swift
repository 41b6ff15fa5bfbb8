import Bytes
import Glibc
import PlainText
import Terminal
import Transport

/// A session without a single escape sequence, for dumb terminals and screen readers: the terminal's own lines are
/// read, and each event is a line.
final class PlainLineView: LineView {
  private let session: LineSession
  private let loop: Loop
  private let input: InputPort
  private let output: OutputPort
  private let rows = PlainRows()
  private var dump = MessageRows(theme: Theme(depth: .none), columns: 80)
  private var queue = ViewQueue()
  /// A line that has not ended.
  private var line: [UInt8] = []
  private var signals: Cancellation?
  private let lines = ByteBuffer()
  private var isWriting = false

  /// How much of a line is kept, and how much output waits in the port.
  private static let maximumLine = 128 << 20
  private static let outputLimit = 64 << 10
  /// How long the last output may take to leave.
  private static let patience = Duration.seconds(1)

  init(session: LineSession, loop: Loop) throws(SystemError) {
    self.session = session
    self.loop = loop
    input = InputPort(loop: loop, descriptor: STDIN_FILENO)
    output = OutputPort(loop: loop, descriptor: STDOUT_FILENO)
    input.handler = self
    output.handler = self
    signals = try loop.onSignals([SIGINT, SIGTERM, SIGHUP]) { session.signaled($0) }
    settingsChanged()
    input.start()
  }

  func show(_ item: LineItem) {
    queue.append(item)
    guard !isWriting else { return }
    isWriting = true
    loop.atEndOfTurn { [weak self] in self?.write() }
  }

  func hintChanged() {}
  func settingsChanged() { dump.isPretty = session.settings.isPretty }
  /// A line that was sent by the terminal cannot be put back into it.
  func restore(_ text: String) {}
  /// No full screen can be opened from here.
  func standAside() {}
  func comeBack(with draft: String) {}

  func leave() {
    signals?.cancel()
    input.close()
    let deadline = ContinuousClock.now + Self.patience
    repeat {
      write()
      if output.queuedBytes == 0, queue.isEmpty { break }
      loop.turn(waitAtMost: .milliseconds(50))
    } while ContinuousClock.now < deadline
    output.close()
  }

  private func write() {
    isWriting = false
    for item in queue.takeUrgent() { append(item) }
    while output.queuedBytes + lines.count < Self.outputLimit, let next = queue.next() {
      switch next {
      case .item(let item): append(item)
      case .skipped(let count): append(.skipped(count, inCapture: session.options.isCaptured))
      }
    }
    guard !lines.isEmpty else { return }
    output.write(UnsafeRawBufferPointer(lines.bytes))
    lines.removeAll()
  }

  private func append(_ item: LineItem) {
    dump.timeOffset = session.host?.timeOffset ?? 0
    for line in rows.lines(item, dump: dump) { lines.append(line + "\n") }
  }
}

extension PlainLineView: InputPortHandler {
  func inputReceived(_ bytes: UnsafeMutableRawBufferPointer) {
    for byte in bytes {
      guard byte == 0x0A else {
        if line.count < Self.maximumLine { line.append(byte) }
        continue
      }
      let text = String(decoding: line, as: UTF8.self)
      line = []
      session.entered(text)
    }
  }

  func inputEnded() { session.leave() }
  func inputFailed(_ error: SystemError) { session.terminalLost() }
}

extension PlainLineView: OutputPortHandler {
  func outputDrained() { write() }
  func outputFailed(_ error: SystemError) { session.terminalLost() }
}
