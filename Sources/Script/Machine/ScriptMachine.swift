public import JSONSyntax
import PlainText
public import Trace
public import WebSocketCore

/// Runs a case of a script without any I/O: what happens and the time come in, what is to be done goes out.
public struct ScriptMachine {
  /// What a run decides for all its cases.
  public struct Settings {
    /// The limit of an expectation that has none of its own.
    public var limit = Duration.seconds(5)
    /// Whether messages that no step took make the case fail.
    public var isStrict = false
    /// Whether there is a client under test to start.
    public var hasCommand = false
    /// Masks what no report may show.
    public var mask: SecretMask

    public init(mask: SecretMask) { self.mask = mask }
  }

  typealias Instant = ContinuousClock.Instant

  let settings: Settings
  let scriptFile: String
  private let name: String?
  private let line: Int
  private let started: Instant
  private let keepsFrames: Bool
  private var blocks: [Block]
  var state = State.running
  var values: ScriptValues
  var memory = PatternMemory()
  private var asked: Set<PatternQuestion> = []
  var peers: [ScriptPeer] = []
  /// The newest connection of each name; "" is the one without.
  private var numbers: [String: ConnectionNumber] = [:]
  var rules: [Rule] = []
  var limit: Duration
  var transcript: ScriptTranscript
  private var actions: [MachineAction] = []
  private var results: [StepResult] = []
  private var resultCount = 0
  /// The newest step that has begun.
  private var lastPlace: SourcePlace
  /// Whether more steps are run only in the next turn.
  private var isResting = false
  private(set) var command = CommandState.none
  var leftovers: [String] = []

  /// Steps on the way, and how often they are still run.
  private struct Block {
    var steps: [Step]
    var next = 0
    let count: Int
    var remaining: Int

    init(steps: [Step], count: Int) {
      self.steps = steps
      self.count = count
      remaining = count
    }
  }

  enum State {
    case running
    case waiting(Wait)
    /// A step has failed; what comes now is told too.
    case failing(Failure, step: Step, since: Instant, number: ConnectionNumber?, until: Instant)
    /// Connections and the client under test are given time to end.
    case closing(CaseResult.Outcome, until: Instant)
    case over(CaseResult.Outcome, duration: Duration)
  }

  enum CommandState {
    /// Not started.
    case none
    case running
    /// In words where it failed.
    case ended(String?)
  }

  /// What `ignore` or `when` looks for on a connection of that name.
  struct Rule {
    var connection: String?
    var matcher: ResolvedMatcher
    var expectation: Expectation
    /// Nil for `ignore`.
    var answers: [Step]?
  }

  /// Step results that are kept.
  private static let resultLimit = 1000
  /// How many steps are run before others get their turn.
  private static let stepsATurn = 500
  /// How long what comes after a failure is awaited.
  static let lateTime = Duration.milliseconds(200)
  private static let closeTime = Duration.seconds(2)
  private static let commandTime = Duration.seconds(5)
  static let optionalTime = Duration.milliseconds(200)

  /// A case that has not begun.
  /// - Parameter variables: the values that are there from the start.
  public init(
    _ script: ExchangeScript, _ scriptCase: ScriptCase, variables: [String: JSONValue], sources: ValueSources,
    settings: Settings, now: ContinuousClock.Instant
  ) {
    self.settings = settings
    scriptFile = script.file
    name = scriptCase.name
    line = scriptCase.place.line
    started = now
    limit = settings.limit
    lastPlace = scriptCase.place
    let steps = script.preamble + scriptCase.steps
    blocks = [Block(steps: steps, count: 1)]
    keepsFrames = steps.contains(where: \.looksAtFrames)
    values = ScriptValues(variables, sources: sources)
    transcript = ScriptTranscript(mask: settings.mask, start: now)
  }

  // MARK: From outside

  /// Begins.
  public mutating func start(at now: ContinuousClock.Instant) { run(now) }

  /// What is to be done now.
  public mutating func takeActions() -> [MachineAction] {
    defer { actions = [] }
    return actions
  }

  /// Whether anything is to be done.
  public var hasActions: Bool { !actions.isEmpty }

  /// When `advance` must be called, if nothing happens before.
  public var deadline: ContinuousClock.Instant? {
    switch state {
    case .running, .over: nil
    case .waiting(let wait): wait.deadline
    case .failing(_, _, _, _, let until), .closing(_, let until): until
    }
  }

  /// Whether the case is over and everything of it has ended.
  public var isOver: Bool { if case .over = state { true } else { false } }

  /// Time has passed.
  public mutating func advance(at now: ContinuousClock.Instant) {
    isResting = false
    switch state {
    case .running: run(now)
    case .waiting:
      look(now)
      expireWait(now)
      run(now)
    case .failing(let failure, let step, let since, _, let until):
      if now >= until { endFailing(failure, step, since, now) }
    case .closing(let outcome, let until):
      guard now >= until else { return }
      for peer in peers where !peer.hasEnded { act(.drop(peer.number)) }
      over(outcome, now)
    case .over: break
    }
  }

  /// Something happened.
  public mutating func handle(_ event: MachineEvent, at now: ContinuousClock.Instant) {
    switch event {
    case .opened(let number, let answer):
      peers[number].isOpen = true
      found(Found(headers: answer.response.headers, status: 101), number, now)
    case .refused(let number, let head, let body): refused(number, head, body, now)
    case .failed(let number, let kind, let words, let hint):
      peers[number].isGone = true
      if case .waiting(let wait) = state, case .connect(_, number, _) = wait.kind {
        fail(kind, words, in: wait, number: number, hint: hint, now)
      }
    case .listening(let server, let url):
      values.set("\(server).url", .string(url))
      if case .waiting(let wait) = state, case .listen = wait.kind { done(wait.step, since: wait.since, now) }
    case .cannotListen(_, let words):
      if case .waiting(let wait) = state, case .listen = wait.kind { fail(.connect, words, in: wait, now) }
    case .trace(let number, let event): saw(event, on: number, now)
    case .unsent(let number, let words):
      fail(.send, words, at: lastPlace, number: number, now)
    case .full(let number, let isFull): peers[number].isFull = isFull
    case .answered(let question, let answer):
      asked.remove(question)
      memory[question] = answer
      for number in peers.indices { judge(number, now) }
    case .commandEnded(let words): command = .ended(words)
    }
    look(now)
    run(now)
    if case .closing(let outcome, _) = state { endClosing(outcome, now) }
  }

  /// A client has connected to a server of ours.
  /// - Returns: the connection's number; nil when nobody waits for it any more.
  public mutating func accept(
    server: String, _ head: HTTPRequestHead
  ) -> ConnectionNumber? {
    switch state {
    case .running, .waiting: break
    case .failing, .closing, .over: return nil
    }
    var peer = ScriptPeer(number: peers.count, name: nil, keepsFrames: keepsFrames)
    peer.waitingServer = server
    peer.acceptedHead = head
    peer.isOpen = true
    peers.append(peer)
    return peer.number
  }

  /// Ends the case before it is done: it counts as not run.
  public mutating func stop(_ reason: String, at now: ContinuousClock.Instant) {
    switch state {
    case .running, .waiting: finish(.notRun(reason), now)
    case .failing(let failure, let step, let since, _, _): endFailing(failure, step, since, now)
    case .closing, .over: break
    }
  }

  /// The time of the whole run is over.
  public mutating func expire(_ words: String, at now: ContinuousClock.Instant) {
    switch state {
    case .waiting(let wait): fail(.time, words, in: wait, now)
    case .running: fail(.time, words, at: lastPlace, now)
    case .failing, .closing, .over: return
    }
    if case .failing(let failure, let step, let since, _, _) = state { endFailing(failure, step, since, now) }
  }

  /// What became of the case so far.
  public var result: CaseResult {
    var result = CaseResult(
      name: name, line: line, outcome: .notRun("it was not run to its end"), steps: results, stepCount: resultCount,
      transcript: transcript.lines, leftovers: leftovers)
    switch state {
    case .over(let outcome, let duration):
      result.outcome = outcome
      result.duration = duration
    case .closing(let outcome, _): result.outcome = outcome
    case .failing(let failure, _, _, _, _): result.outcome = .failed(failure)
    case .running, .waiting: break
    }
    return result.hiding(values.secrets, by: settings.mask)
  }

  // MARK: Steps

  /// Runs what need not wait.
  mutating func run(_ now: Instant) {
    guard !isResting else { return }
    var budget = Self.stepsATurn
    while case .running = state {
      guard budget > 0 else {
        isResting = true
        return act(.goOn)
      }
      budget -= 1
      guard let step = nextStep() else { return finish(.passed, now) }
      lastPlace = step.place
      do throws(ValueFailure) { try begin(step, now) } catch { fail(error, at: step.place, step: step, now) }
    }
  }

  private mutating func nextStep() -> Step? {
    while let block = blocks.last {
      let top = blocks.count - 1
      if block.next < block.steps.count {
        blocks[top].next += 1
        return block.steps[block.next]
      }
      guard block.remaining > 1 else {
        blocks.removeLast()
        continue
      }
      blocks[top].next = 0
      blocks[top].remaining -= 1
    }
    return nil
  }

  mutating func push(_ steps: [Step], times: Int) { blocks.append(Block(steps: steps, count: times)) }

  /// Where the newest step that has begun is repeated: which time it is, of how many.
  var round: String? {
    guard let block = blocks.last(where: { $0.count > 1 }) else { return nil }
    return "\(Quantity.count(block.count - block.remaining + 1)) of \(Quantity.count(block.count))"
  }

  mutating func act(_ action: MachineAction) { actions.append(action) }

  /// A step did what it should.
  mutating func done(_ step: Step, since: Instant, _ now: Instant) {
    record(step, isPassed: true, since.duration(to: now))
    state = .running
    memory.forget()
  }

  mutating func record(_ step: Step, isPassed: Bool, _ duration: Duration) {
    if results.count >= 2 * Self.resultLimit { results.removeFirst(Self.resultLimit) }
    resultCount += 1
    results.append(
      StepResult(
        line: step.place.line, text: settings.shown(step.place.text), isPassed: isPassed, duration: duration))
  }

  mutating func ask(_ questions: [PatternQuestion]) {
    for question in questions where asked.insert(question).inserted { act(.ask(question)) }
  }

  var isAsking: Bool { !asked.isEmpty }

  // MARK: Connections

  mutating func addPeer(_ name: String?, _ request: ConnectRequest) -> ConnectionNumber {
    var peer = ScriptPeer(number: peers.count, name: name, keepsFrames: keepsFrames)
    peer.request = request
    peers.append(peer)
    numbers[name ?? ""] = peer.number
    return peer.number
  }

  mutating func rename(_ number: ConnectionNumber, _ name: String?) {
    peers[number].name = name
    numbers[name ?? ""] = number
  }

  /// The connection of this name; fails where it has not been made.
  func number(_ name: String?) throws(ValueFailure) -> ConnectionNumber {
    guard let number = numbers[name ?? ""] else {
      throw ValueFailure(
        kind: .connect, sentence: name.map { "\($0) is not connected yet" } ?? "there is no connection yet")
    }
    return number
  }

  mutating func startCommand() {
    guard settings.hasCommand, case .none = command else { return }
    command = .running
    act(.startCommand)
  }

  // MARK: The end

  /// Closes what is open.
  mutating func finish(_ outcome: CaseResult.Outcome, _ now: Instant) {
    var outcome = outcome
    // Where a step failed, what it did not take is told with it.
    if case .passed = outcome { leftovers = leftoverLines }
    if settings.isStrict, let first = leftovers.first {
      outcome = .failed(
        Failure(
          .leftover,
          leftovers.count == 1 ? "a message was taken by no step" : "\(leftovers.count) messages were taken by no step",
          line: line, source: "", received: first, frames: transcript.frames(of: nil)))
    }
    for peer in peers where !peer.hasEnded {
      if peer.isOpen {
        act(.stall(peer.number, false))
        act(.pause(peer.number, false))
        act(.close(peer.number))
      } else {
        act(.drop(peer.number))
        peers[peer.number].isGone = true
      }
    }
    let isCommandRunning = if case .running = command { true } else { false }
    state = .closing(outcome, until: now + (isCommandRunning ? Self.commandTime : Self.closeTime))
    endClosing(outcome, now)
  }

  private mutating func endClosing(_ outcome: CaseResult.Outcome, _ now: Instant) {
    guard peers.allSatisfy(\.hasEnded) else { return }
    if case .running = command { return }
    over(outcome, now)
  }

  private mutating func over(_ outcome: CaseResult.Outcome, _ now: Instant) {
    var outcome = outcome
    if case .passed = outcome, case .ended(let words?) = command {
      outcome = .failed(Failure(.command, words, line: line, source: "", frames: transcript.frames(of: nil)))
    }
    state = .over(outcome, duration: started.duration(to: now))
  }

  private var leftoverLines: [String] {
    var lines: [String] = []
    for peer in peers {
      let label = peer.name.map { "\($0): " } ?? ""
      if let server = peer.waitingServer { lines.append("a client of \(server) that no accept took") }
      for index in 0..<peer.mailbox.count {
        guard case .message(let message) = peer.mailbox[index] else { continue }
        guard lines.count < 100 else { return lines }
        lines.append(label + ReceivedWords.words(message))
      }
    }
    return lines
  }
}

extension Step {
  /// Whether it waits for a frame.
  fileprivate var looksAtFrames: Bool {
    switch action {
    case .expect(let expectation): expectation.matcher.isFrame
    case .anyOrder(let expectations): expectations.contains { $0.matcher.isFrame }
    case .repeat(_, let steps): steps.contains(where: \.looksAtFrames)
    default: false
    }
  }
}

extension Matcher {
  fileprivate var isFrame: Bool { if case .frame = self { true } else { false } }
}
