public import Bytes
public import Engine
import Inspector
import PlainText
public import Terminal
public import TerminalLoop
public import Trace
public import Transport
import WebSocketCore

/// The full screen: the one place where the model meets the terminal, connections and files.
public final class ScreenProgram {
  public struct Options {
    /// Bytes that messages may take.
    public var memory = 256 << 20
    public var color = ColorChoice.automatic
    public var environment: [String: String] = [:]
    /// The folder of settings and snippets; nil where there is none.
    public var folder: String?
    /// What was sent before.
    public var history = History(limit: 1000)
    /// The name of the file that all is written to.
    public var captureName: String?
    public var mask: SecretMask
    public var startWall: UTCTime
    /// Whether lines are drawn in ASCII, whatever the settings say.
    public var usesASCII = false
    /// Shows the line session that the screen stands in for, with what is being written; nil where there is none.
    public var showLines: ((_ draft: String) -> Void)?
    /// Seconds by which the user's clock is ahead of UTC.
    public var utcOffset = 0

    public init(mask: SecretMask, startWall: UTCTime) {
      self.mask = mask
      self.startWall = startWall
    }
  }

  let context: ConnectionContext
  let options: Options
  weak var owner: (any ScreenOwner)?
  var model: Model
  /// The terminal, of whose calls the last one comes from hiding or leaving; nil until the screen is shown.
  var terminal: TerminalDriver?
  var sessions: [Int: ClientSession] = [:]
  var matchers: [MatchKey: PatternMatcher] = [:]
  /// Messages that are still to be sent so many times.
  var repeats: [Int: [Repeat]] = [:]
  private var screen: Screen
  private var renderer = Renderer()
  /// Bytes for the terminal that are no picture: what is copied.
  private var asides: [UInt8] = []
  private var wheel = WheelArrows()
  private var isStepAwaited = false
  private var secondTimer: TimerToken?
  private var isShown = false
  private var isLeft = false

  struct Repeat {
    var opcode: Opcode
    var payload: [UInt8]
    var left: Int
  }

  /// A screen that is not shown yet.
  public init(context: ConnectionContext, options: Options, owner: any ScreenOwner) {
    self.context = context
    self.options = options
    self.owner = owner
    model = Model(
      start: context.loop.now, startWall: options.startWall, utcOffset: options.utcOffset,
      size: Size(columns: 80, rows: 24), limits: StoreLimits(budget: options.memory), mask: options.mask)
    model.variables.environment = options.environment
    model.captureName = options.captureName
    model.history = options.history
    screen = Screen(Size(columns: 80, rows: 24), depth: .none)
  }

  /// Takes the terminal.
  public func show() throws(SystemError) {
    let complaints = terminal == nil ? readFiles() : []
    if options.usesASCII { model.settings.ascii = true }
    let terminal = try TerminalDriver(
      loop: context.loop, modes: modes, color: options.color, environment: options.environment, handler: self)
    self.terminal = terminal
    isShown = true
    model.size = terminal.size
    model.message = complaints.first
    learn()
    for (number, session) in sessions {
      guard let statistics = session.connection?.statistics else { continue }
      model.change(number) { $0.history.restart(at: statistics) }
    }
    endSecond()
    changed()
  }

  /// Gives the terminal back; all else goes on.
  public func hide() {
    guard isShown else { return }
    isShown = false
    if let secondTimer { context.loop.cancel(secondTimer) }
    terminal?.leave()
  }

  // MARK: What the owner asks

  /// Connects, in a tab of its own.
  public func connect(_ plan: ConnectionPlan, reconnects: ReconnectPolicy? = nil) {
    let number = addConnection(plan, reconnects: reconnects)
    let session = ClientSession(plan: plan, context: context, recorder: owner?.screenRecorder())
    session.reconnects = reconnects
    session.observer = self
    sessions[number] = session
    session.connect()
  }

  /// Looks on at a session that somebody else shows, from its start.
  public func look(on session: ClientSession) {
    let number = addConnection(session.plan, reconnects: nil)
    session.onlooker = self
    sessions[number] = session
    model.lent = number
  }

  /// Goes on with a text that was being written to the session of somebody else.
  public func write(_ draft: String) { give(.written(draft)) }

  /// Shows what is in a capture, its connections in tabs of their own.
  public func open(_ path: String) {
    do { try CaptureLoading(path, self).readOn() } catch { give(.told("\(error)")) }
  }

  /// Looks at the first connection.
  public func lookAtFirst() { model.look(at: 0) }

  /// What was full is no longer.
  public func mayReadAgain() {
    guard owner?.screenIsFull != true else { return }
    for session in sessions.values where session.observer === self { session.connection?.resumeReading() }
  }

  private func addConnection(_ plan: ConnectionPlan, reconnects: ReconnectPolicy?) -> Int {
    let number = model.add(url: shown(plan), name: Self.name(plan.url), reconnects: reconnects != nil)
    model.change(number) { $0.pingInterval = plan.settings.pingInterval }
    return number
  }

  private func shown(_ plan: ConnectionPlan) -> String { options.mask.target(plan.url.description) }

  /// The last part of the path, else the host.
  static func name(_ url: WebSocketURL) -> String {
    let path = url.resource.split(separator: "?").first.map(String.init) ?? ""
    let place = url.scheme == .loopback ? url.scheme.rawValue : url.unixPath ?? url.host
    return SafeText(path.split(separator: "/").last.map(String.init) ?? place, maximumLength: 20).string
  }

  /// Leaves the screen; its own connections are closed.
  public func leave(signal: Int32? = nil) {
    guard !isLeft else { return }
    hide()
    isLeft = true
    for (number, session) in sessions {
      guard number != model.lent else {
        session.onlooker = nil
        continue
      }
      session.observer = nil
      session.reconnects = nil
      if let connection = session.connection { try? connection.close(.goingAway, within: .milliseconds(500)) }
    }
    owner?.screenEnded(signal: signal)
  }

  // MARK: Events

  var now: Int64 { model.start.duration(to: context.loop.now).nanoseconds }

  /// Tells the model, and does what it asks for.
  func give(_ event: ScreenEvent) {
    let effects = model.update(event, now: now)
    for effect in effects { perform(effect) }
    changed()
  }

  /// The next frame shows something else; filters and searches look at what is new.
  func changed() {
    guard isShown else { return }
    terminal?.setNeedsFrame()
    guard !isStepAwaited, model.needsStep else { return }
    isStepAwaited = true
    // A turn later: keys and sockets come first.
    context.loop.schedule(after: .zero) { [weak self] in self?.step() }
  }

  private func step() {
    isStepAwaited = false
    for effect in model.step() { perform(effect) }
    changed()
  }

  func endSecond() {
    secondTimer = context.loop.schedule(after: .seconds(1)) { [weak self] in self?.endSecond() }
    var snapshots: [Int: ScreenEvent.Snapshot] = [:]
    for (number, session) in sessions {
      guard let connection = session.connection, let statistics = connection.statistics else { continue }
      snapshots[number] = ScreenEvent.Snapshot(
        statistics: statistics, queuedBytes: connection.queuedBytes, isStalled: connection.isStalled)
    }
    // What stands still is not drawn again.
    guard !snapshots.isEmpty || model.connections.contains(where: \.isAlive) else { return }
    give(.second(snapshots))
  }

  func addAside(_ bytes: [UInt8]) {
    asides += bytes
    terminal?.setNeedsFrame()
  }

  // MARK: Drawing

  var modes: Modes {
    var modes = Modes.fullScreen
    modes.mouse = model.settings.mouse ? .buttons : .none
    return modes
  }

  func learn() {
    guard let capabilities = terminal?.capabilities else { return }
    model.widths = capabilities.widths
    renderer.synchronizedOutput = capabilities.synchronizedOutput
    screen.widths = model.widths
    screen.depth = depth
    renderer.forget()
  }

  private var depth: ColorDepth {
    model.settings.theme == .none ? .none : terminal?.capabilities.depth ?? .none
  }

  private var theme: Theme {
    let background: Theme.Background =
      switch model.settings.theme {
      case .dark: .dark
      case .light: .light
      case .automatic, .none:
        terminal?.capabilities.isDark.map { $0 ? .dark : .light } ?? .unknown
      }
    return Theme(background: background, depth: depth)
  }

  func draw(into frame: ByteBuffer) {
    model.now = now
    model.settle()
    if screen.size != model.size {
      screen.resize(to: model.size)
      renderer.forget()
    }
    if screen.depth != depth { screen.depth = depth }
    screen.clear()
    ScreenView(model, theme: theme).draw(on: screen)
    renderer.render(screen, into: frame)
    let copied = asides
    asides = []
    frame.append(copied.span)
  }

  func redraw() {
    renderer.forget()
    terminal?.setNeedsFrame()
  }
}

extension ScreenProgram: TerminalHandler {
  public func terminal(_ terminal: TerminalDriver, received event: InputEvent) {
    if case .focus = event { return }
    if wheel.take(event, isWriting: model.focus == .composer && model.overlay == nil) {
      return context.loop.atEndOfTurn { [weak self] in self?.endWheel() }
    }
    endWheel()
    hear(event)
  }

  /// Arrows that came alone were keys after all.
  private func endWheel() {
    guard let (key, count) = wheel.end() else { return }
    if count >= WheelArrows.least { return give(.wheel(key == Key(.up) ? -count : count)) }
    for _ in 0..<count { hear(.key(key)) }
  }

  private func hear(_ event: InputEvent) {
    let hadKeys = !model.pendingKeys.isEmpty
    give(.input(event))
    if !hadKeys, !model.pendingKeys.isEmpty {
      context.loop.schedule(after: .nanoseconds(Model.popupDelay)) { [weak self] in
        if self?.model.pendingKeys.isEmpty == false { self?.changed() }
      }
    }
  }

  public func terminalDraws(_ terminal: TerminalDriver, into frame: ByteBuffer) { draw(into: frame) }

  public func terminalParts(_ terminal: TerminalDriver, into frame: ByteBuffer) {}

  public func terminalResized(_ terminal: TerminalDriver) { give(.resized(terminal.size)) }

  public func terminalLearned(_ terminal: TerminalDriver) { learn() }

  public func terminalResumed(_ terminal: TerminalDriver) {
    renderer.forget()
    give(.resized(terminal.size))
  }

  public func terminal(_ terminal: TerminalDriver, signaled number: Int32) { leave(signal: number) }

  public func terminalLost(_ terminal: TerminalDriver) { leave(signal: 1) }
}

extension ScreenProgram: ClientSessionObserver {
  private func number(of session: ClientSession) -> Int? { sessions.first { $0.value === session }?.key }

  public func session(_ session: ClientSession, saw event: TraceEvent) {
    guard let number = number(of: session) else { return }
    if case .began = event {
      // A line session may connect to another place.
      model.change(number) { ($0.url, $0.name) = (shown(session.plan), Self.name(session.plan.url)) }
    }
    if case .ended = event, let statistics = session.connection?.statistics {
      // What came since the last second counts, too.
      model.change(number) { $0.statistics = statistics }
    }
    // Drawing and filters wait for the end of the batch: there may be thousands of these in one.
    _ = model.update(.trace(number, event), now: now)
    if case .frame = event { return }
    changed()
  }

  public func sessionOpened(_ session: ClientSession) {
    guard let number = number(of: session) else { return }
    give(.opened(number))
  }

  public func session(_ session: ClientSession, failed failure: ClientFailure) {
    guard let number = number(of: session) else { return }
    give(.failed(number, owner?.screenWords(for: failure) ?? "the connection failed"))
    tellNextAttempt(session, number)
  }

  public func sessionReceivedBatch(_ session: ClientSession) {
    if owner?.screenIsFull == true, session.observer === self { session.connection?.pauseReading() }
    changed()
  }

  public func sessionDrained(_ session: ClientSession) {
    guard let number = number(of: session) else { return }
    sendRepeats(number)
  }

  public func session(_ session: ClientSession, ended verdict: Verdict) {
    guard let number = number(of: session) else { return }
    repeats[number] = nil
    tellNextAttempt(session, number)
  }

  private func tellNextAttempt(_ session: ClientSession, _ number: Int) {
    guard let next = session.nextAttempt else { return changed() }
    give(.waiting(number, context.loop.now.duration(to: next)))
  }
}
