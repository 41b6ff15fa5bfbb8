public import Engine
import JSONSyntax
import Trace
import Transport
import WebSocketCore

/// What scripts need of the program that runs them.
public struct ScriptEnvironment {
  public var context: ConnectionContext
  /// Everything needed to connect, as the command line and the script's options say; the failure is in words.
  public var plan: (ConnectRequest) -> Result<ConnectionPlan, PlanFailure>
  /// Why no connection came to be, in words, and what to do.
  public var explain: (ClientFailure) -> (words: String, hint: String?)
  public var sources: ValueSources
  /// The environment of the client under test.
  public var environment: [String: String]
  /// The client under test and its words.
  public var command: [String]

  /// Why something cannot be connected to as asked.
  public struct PlanFailure: Error {
    public var words: String
    public var hint: String?
    public init(words: String, hint: String?) {
      self.words = words
      self.hint = hint
    }
  }

  public init(
    context: ConnectionContext, plan: @escaping (ConnectRequest) -> Result<ConnectionPlan, PlanFailure>,
    explain: @escaping (ClientFailure) -> (words: String, hint: String?), sources: ValueSources,
    environment: [String: String] = [:], command: [String] = []
  ) {
    self.context = context
    self.plan = plan
    self.explain = explain
    self.sources = sources
    self.environment = environment
    self.command = command
  }
}

/// Runs one case over the engine: does what the machine wants, and tells it what happens.
final class CaseRun {
  let environment: ScriptEnvironment
  private var machine: ScriptMachine
  private var links: [ConnectionNumber: ScriptLink] = [:]
  private var listeners: [ScriptListener] = []
  /// The servers' URLs, in the order of the script.
  private var urls: [(server: String, url: String)] = []
  /// The server of `loopback:` URLs, which the connections of a case share.
  private(set) lazy var loopback = EchoServer(context: environment.context, options: EchoServer.Options())
  private var matcher: ExpressionMatcher?
  private var client: ClientUnderTest?
  private var timer: (token: TimerToken, time: Instant)?
  /// What the machine has not been told yet.
  private var events: [MachineEvent] = []
  private var isPerforming = false
  private let ended: (CaseResult) -> Void
  private var hasEnded = false

  /// - Parameter ended: hears the result, once.
  init(_ machine: ScriptMachine, _ environment: ScriptEnvironment, ended: @escaping (CaseResult) -> Void) {
    self.machine = machine
    self.environment = environment
    self.ended = ended
  }

  private var loop: Loop { environment.context.loop }

  func start() {
    machine.start(at: loop.now)
    perform()
  }

  /// Ends the case; it counts as not run.
  func stop(_ reason: String) {
    settle()
    machine.stop(reason, at: loop.now)
    perform()
  }

  /// The time of the whole run is over.
  func expire(_ words: String) {
    settle()
    machine.expire(words, at: loop.now)
    perform()
  }

  /// What became of it so far.
  var result: CaseResult { machine.result }

  /// Something happened; the machine hears of it before the turn is over. A tap tells it from inside the connection,
  /// which can send nothing at that moment.
  func note(_ event: MachineEvent) {
    guard !hasEnded else { return }
    events.append(event)
    if events.count == 1, !isPerforming { loop.atEndOfTurn { [weak self] in self?.settle() } }
  }

  /// Tells the machine what has been noted.
  func settle() {
    guard !hasEnded, !events.isEmpty, !isPerforming else { return }
    perform()
  }

  func accept(_ link: ScriptLink, server: String, _ head: HTTPRequestHead) -> ConnectionNumber? {
    guard !hasEnded, let number = machine.accept(server: server, head) else { return nil }
    links[number] = link
    advanceSoon()
    return number
  }

  // MARK: What the machine wants

  private func perform() {
    guard !isPerforming else { return }
    isPerforming = true
    repeat {
      let noted = events
      events = []
      for event in noted { machine.handle(event, at: loop.now) }
      for action in machine.takeActions() { perform(action) }
    } while !events.isEmpty || machine.hasActions
    isPerforming = false
    if machine.isOver { end() } else { setTimer() }
  }

  private func perform(_ action: MachineAction) {
    switch action {
    case .connect(let number, let request): connect(number, request)
    case .listen(let request): listen(request)
    case .startCommand: startCommand()
    case .send(let number, let payload):
      if let words = links[number]?.send(payload) { note(.unsent(number, words)) }
    case .drop(let number): links[number]?.drop()
    case .stall(let number, let isStalled): links[number]?.stall(isStalled)
    case .pause(let number, let isPaused): links[number]?.pause(isPaused)
    case .close(let number): links[number]?.close()
    case .ask(let question):
      let matcher =
        matcher ?? ExpressionMatcher(loop: loop) { [unowned self] in note(.answered($0, $1)) }
      self.matcher = matcher
      matcher.ask(question)
    case .goOn: advanceSoon()
    }
  }

  private func connect(_ number: ConnectionNumber, _ request: ConnectRequest) {
    switch environment.plan(request) {
    case .success(let plan):
      let link = ScriptLink(self, number: number)
      links[number] = link
      link.connect(plan)
    case .failure(let failure):
      note(.failed(number, .connect, failure.words, hint: failure.hint))
    }
  }

  private func listen(_ request: ServerRequest) {
    do throws(TLSFailure) {
      let listener = try ScriptListener(request, run: self) { [unowned self] result in
        switch result {
        case .success(let url):
          urls.append((request.name, url))
          note(.listening(server: request.name, url: url))
        case .failure(let failure): note(.cannotListen(server: request.name, failure.words))
        }
      }
      listeners.append(listener)
      listener.start()
    } catch {
      note(.cannotListen(server: request.name, "\(error)"))
    }
  }

  /// The first server's URL is `WSCOPE_URL`, each one's is `WSCOPE_URL_NAME`.
  private func startCommand() {
    var variables = environment.environment
    variables["WSCOPE_URL"] = urls.first?.url
    for (server, url) in urls { variables["WSCOPE_URL_\(server)"] = url }
    do throws(SystemError) {
      client = try ClientUnderTest(environment.command, environment: variables, loop: loop) { [unowned self] words in
        note(.commandEnded(words))
      }
    } catch {
      let words = "cannot start \(environment.command[0]): \(error)"
      note(.commandEnded(words))
    }
  }

  // MARK: Time

  private func advanceSoon() {
    loop.atEndOfTurn { [weak self] in self?.advance() }
  }

  private func advance() {
    guard !hasEnded else { return }
    machine.advance(at: loop.now)
    perform()
  }

  /// A timer that fires too early costs a turn; one set anew for every step would cost more.
  private func setTimer() {
    guard let deadline = machine.deadline else { return }
    if let timer {
      guard deadline < timer.time else { return }
      loop.cancel(timer.token)
    }
    let token = loop.schedule(after: loop.now.duration(to: deadline)) { [weak self] in
      self?.timer = nil
      self?.advance()
    }
    timer = (token, deadline)
  }

  private func end() {
    guard !hasEnded else { return }
    hasEnded = true
    if let timer { loop.cancel(timer.token) }
    timer = nil
    matcher = nil
    client?.end()
    for listener in listeners { listener.stop() }
    // The links are called by what may be on the stack now.
    loop.atEndOfTurn { [self] in
      links = [:]
      listeners = []
      ended(machine.result)
    }
  }
}
