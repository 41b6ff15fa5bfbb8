import Bytes
import Glibc
public import Terminal
public import Transport

/// A terminal in the loop: keys come from it, frames go to it, and it is given back whenever somebody else needs it.
///
/// No frame is made before the last one has been taken: a slow terminal lowers the frame rate and nothing else, and
/// what waits is never more than one frame.
public final class TerminalDriver {
  /// Who hears and draws.
  public weak var handler: (any TerminalHandler)?
  /// What the terminal can do, as far as it is known.
  public private(set) var capabilities: Capabilities
  /// How large the screen is.
  public private(set) var size: Size

  let loop: Loop
  let session: TerminalSession
  var state = State.active
  /// Whether a signal has asked the program to end.
  var isEnding = false
  /// Looks after a stop whether it was one.
  var stopTimer: TimerToken?
  /// What ends the time of another program on the terminal.
  var lending: (signals: Cancellation, ended: (Int32) -> Void)?
  private let environment: [String: String]
  private let asks: Bool
  private var wanted: Modes
  private var decoder: InputDecoder
  private var decoderTimer: TimerToken?
  private var watch: DescriptorWatch!
  private var signals: Cancellation?
  /// Answers are on their way; the timer is their limit.
  private var questionTimer: TimerToken?
  private var isAwaitingAnswers = false
  /// What the handler knows, while answers come.
  private var told: Capabilities?

  private let frame = ByteBuffer()
  private var needsFrame = false
  private var clock = FrameClock()
  private var room = FrameRoom()
  /// The frame that is being written: its size, and since when.
  private var writing: (count: Int, begun: Instant)?
  private var frameTimer: TimerToken?
  /// Whether a frame is drawn at the end of this turn, or now.
  private var isDrawing = false

  enum State {
    case active
    /// The process is or was stopped, or is in the background.
    case suspended
    /// Another program has the terminal.
    case lent(ForegroundProgram)
    case left
  }

  private var device: TerminalDevice { session.device }

  var isActive: Bool {
    if case .active = state { true } else { false }
  }

  /// How much is read in one turn before the rest of the loop is served.
  private static let readsPerTurn = 16
  /// How long a terminal may take nothing of the last frame.
  private static let patience = Duration.milliseconds(500)
  /// How long answers are waited for before the terminal is given back.
  private static let drainLimit = Duration.milliseconds(100)

  /// Takes the terminal.
  /// - Parameters:
  ///   - device: the terminal; nil for the one that controls the process.
  ///   - modes: what is wanted of it; what it has to know for them is set once it has said so.
  ///   - color: what the user says about colours.
  ///   - asks: whether the terminal may be asked what it is; not when another program reads it too.
  public init(
    loop: Loop, device: TerminalDevice? = nil, modes: Modes, color: ColorChoice = .automatic,
    environment: [String: String], asks: Bool = true, handler: any TerminalHandler
  ) throws(SystemError) {
    self.loop = loop
    self.handler = handler
    self.environment = environment
    self.asks = asks
    capabilities = Capabilities(color, environment: environment)
    decoder = InputDecoder(capabilities)
    wanted = modes
    do {
      let device = if let device { device } else { try TerminalDevice() }
      size = device.size
      session = try TerminalSession(device, modes.limited(to: capabilities))
    } catch {
      throw SystemError(code: error.code, call: error.call)
    }
    watch = DescriptorWatch(
      loop: loop, descriptor: session.device.descriptor, readable: { [unowned self] in read() },
      writable: { [unowned self] in writeFrame() })
    let heard = [SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH]
    do {
      signals = try loop.onSignals(heard) { [unowned self] in heardSignal($0) }
      try watch.want(reading: true, writing: false)
    } catch {
      session.leave()
      throw error
    }
    ask(TerminalQuestions(environment: environment, probesWidth: modes.alternateScreen))
  }

  deinit {
    if case .left = state { return }
    session.leave()
    stop()
  }

  // MARK: What the owner asks

  /// What is wanted of the terminal. What it has not said it knows is not set.
  public var modes: Modes {
    get { wanted }
    set {
      wanted = newValue
      applyModes()
    }
  }

  /// Asks for a frame: at the end of this turn, or as soon as the last one has been written and was long enough ago.
  public func setNeedsFrame() {
    needsFrame = true
    scheduleFrame()
  }

  /// How many bytes the next frame should have at the most, so that a slow terminal shows what is typed in time.
  public var frameRoom: Int { room.bytes }

  /// Gives the terminal back for good, after a last frame if one was asked for. No call of the handler follows.
  public func leave() {
    switch state {
    case .left: return
    case .active:
      part()
      session.leave()
    case .lent(let program):
      program.end()
      session.leave()
    case .suspended: session.leave()
    }
    stop()
  }

  /// The terminal has gone, or cannot be used.
  private func lose() {
    if case .left = state { return }
    session.abandon()
    // The hang-up's signal, which may be late, says nothing new: it must not end what the handler still does.
    _ = try? loop.onSignals([SIGHUP]) { _ in }
    stop()
    // Later: whoever is taking the terminal has nothing yet that could hear it.
    loop.atEndOfTurn { [self] in handler?.terminalLost(self) }
  }

  private func stop() {
    state = .left
    watch.cancel()
    signals?.cancel()
    lending?.signals.cancel()
    lending = nil
    for timer in [decoderTimer, questionTimer, frameTimer, stopTimer] { timer.map(loop.cancel) }
  }

  // MARK: Input

  private func read() {
    for _ in 0..<Self.readsPerTurn {
      guard isActive, readOnce() else { return }
    }
  }

  /// - Returns: whether there may be more.
  private func readOnce() -> Bool {
    switch device.read(into: loop.receiveBuffer) {
    case .moved(let count):
      // What is read next overwrites the bytes, and a handler may do that.
      let bytes = Array(loop.receiveBuffer[..<count])
      var events: [InputEvent] = []
      decoder.feed(bytes.span, at: loop.now) { events.append($0) }
      tell(events)
      setDecoderTimer()
      return true
    case .wouldBlock: return false
    case .lost:
      lose()
      return false
    }
  }

  private func setDecoderTimer() {
    if let decoderTimer { loop.cancel(decoderTimer) }
    decoderTimer = nil
    guard isActive, let deadline = decoder.deadline else { return }
    decoderTimer = loop.schedule(after: loop.now.duration(to: deadline)) { [unowned self] in
      decoderTimer = nil
      // The rest of the sequence may be here, and only we were late.
      if readOnce() || !isActive { return }
      var events: [InputEvent] = []
      decoder.expire(at: loop.now) { events.append($0) }
      tell(events)
      setDecoderTimer()
    }
  }

  private func tell(_ events: [InputEvent]) {
    for event in events {
      // A key may have stopped the program or ended it: what was typed behind it was not meant for us.
      guard isActive else { return }
      switch event {
      case .reply(let reply): note(reply)
      case .resize(let size): resized(to: size)
      default: handler?.terminal(self, received: event)
      }
    }
  }

  func resized(to size: Size) {
    guard size != self.size, size.columns > 0, size.rows > 0 else { return }
    self.size = size
    handler?.terminalResized(self)
    setNeedsFrame()
  }

  // MARK: Questions

  private func ask(_ questions: TerminalQuestions?) {
    guard asks, let questions, device.isForeground else { return }
    if questions.asksCursor { decoder.expectCursorReport() }
    isAwaitingAnswers = true
    frame.append(questions.sequence)
    writeFrame()
    if let questionTimer { loop.cancel(questionTimer) }
    questionTimer = loop.schedule(after: capabilities.answerLimit) { [unowned self] in
      questionTimer = nil
      learned()
    }
  }

  private func note(_ reply: Reply) {
    let old = capabilities
    if case .theme = reply { ask(.background(environment: environment)) }
    if capabilities.note(reply) {
      isAwaitingAnswers = false
      if let questionTimer { loop.cancel(questionTimer) }
      questionTimer = nil
    }
    told = told ?? old
    // One call for a batch, unless an answer comes late.
    if questionTimer == nil { learned() }
  }

  private func learned() {
    defer { told = nil }
    guard let told, told != capabilities, isActive else { return }
    applyModes()
    handler?.terminalLearned(self)
    setNeedsFrame()
  }

  private func applyModes() {
    let limited = wanted.limited(to: capabilities)
    decoder.hasKittyKeyboard = limited.kittyKeyboard
    guard limited != session.modes else { return }
    session.change(to: limited, into: frame)
    writeFrame()
  }

  /// Answers that come after us would be typed into the shell.
  private func awaitAnswers() {
    let deadline = Instant.now + Self.drainLimit
    while isAwaitingAnswers {
      guard device.waitForInput(atMost: Instant.now.duration(to: deadline)), Instant.now < deadline,
        let bytes = readApart()
      else { return }
      decoder.feed(bytes.span, at: .now) { event in
        if case .reply(let reply) = event, capabilities.note(reply) { isAwaitingAnswers = false }
      }
    }
  }

  /// Reads beside the loop's buffer, which may be in use by whoever makes us leave.
  private func readApart() -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 4096)
    guard case .moved(let count) = bytes.withUnsafeMutableBytes({ device.read(into: $0) }) else { return nil }
    return Array(bytes[..<count])
  }

  // MARK: Output

  private func scheduleFrame() {
    guard needsFrame, isActive, frame.isEmpty, frameTimer == nil, !isDrawing else { return }
    let delay = clock.delay(at: loop.now)
    if delay > .zero {
      frameTimer = loop.schedule(after: delay) { [unowned self] in
        frameTimer = nil
        draw()
      }
    } else {
      isDrawing = true
      loop.atEndOfTurn { [weak self] in
        self?.isDrawing = false
        self?.draw()
      }
    }
  }

  private func draw() {
    guard needsFrame, isActive, frame.isEmpty else { return }
    needsFrame = false
    isDrawing = true
    let begun = Instant.now
    handler?.terminalDraws(self, into: frame)
    isDrawing = false
    let drawn = Instant.now
    clock.drew(at: begun, taking: begun.duration(to: drawn))
    writing = (frame.count, drawn)
    writeFrame()
  }

  private func writeFrame() {
    while !frame.isEmpty, isActive {
      switch device.write(UnsafeRawBufferPointer(frame.bytes)) {
      case .moved(let count): frame.removeFirst(count)
      case .wouldBlock: return want(writing: true)
      case .lost: return lose()
      }
    }
    if let writing {
      room.took(writing.count, in: writing.begun.duration(to: .now))
      self.writing = nil
    }
    want(writing: false)
    scheduleFrame()
  }

  private func want(writing: Bool) {
    do {
      try watch.want(reading: isActive, writing: writing && isActive)
    } catch {
      lose()
    }
  }

  /// The last frame before the terminal is given back.
  private func part() {
    if needsFrame, frame.isEmpty { handler?.terminalDraws(self, into: frame) }
    needsFrame = false
    handler?.terminalParts(self, into: frame)
    device.writeAll(UnsafeRawBufferPointer(frame.bytes), limit: Self.patience)
    frame.removeAll()
    awaitAnswers()
  }

  // MARK: Giving and taking

  /// Gives the terminal back for a while.
  func giveBack(_ state: State) {
    part()
    session.suspend()
    self.state = state
    want(writing: false)
    setDecoderTimer()
  }

  /// Takes the terminal again; where that fails it is lost.
  func takeBack() {
    do {
      try session.resume()
    } catch {
      return lose()
    }
    state = .active
    decoder = InputDecoder(capabilities)
    decoder.hasKittyKeyboard = session.modes.kittyKeyboard
    want(writing: false)
    size = device.size
    applyModes()
    ask(.background(environment: environment))
    handler?.terminalResumed(self)
    setNeedsFrame()
  }

  /// Notes that a shell has set the terminal while this process was stopped without notice (SIGSTOP).
  func retake() {
    session.suspend()
    state = .suspended
    takeBack()
  }
}
