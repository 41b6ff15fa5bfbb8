import Inspector
import JSONSyntax
import Testing
import Trace
import WebSocketCore

@testable import Script

/// Something that a play's peers do, or time that passes.
enum Happening: Sendable {
  case text(String, on: Int = 0)
  case binary([UInt8])
  case ping(String)
  case pong(String)
  case close(UInt16?, String = "")
  case end(Verdict.Cause)
  case frame(FrameHeader, String)
  case pass(Duration)
  case client(server: String, target: String = "/")
  case full(Bool)
}

/// Plays a script against peers made of rows, on a clock that stands still unless a row moves it.
struct Play {
  private(set) var machine: ScriptMachine
  private(set) var now = ContinuousClock.now
  /// What was done, a line each.
  private(set) var log: [String] = []
  private var offset: UInt64 = 0
  private var openNumbers: Set<Int> = []
  /// What `connect` comes to: nil is a 101.
  var refusal: (status: Int, body: String)?
  /// Whether expressions are answered at all.
  var isMatcherStuck = false

  init(_ text: String, strict: Bool = false, files: [String: [UInt8]] = [:], caseNumber: Int = 0) throws {
    let script = try Reading.parse(text, variables: ["given"])
    var settings = ScriptMachine.Settings(mask: SecretMask(showsSecrets: false))
    settings.isStrict = strict
    let sources = ValueSources(
      environment: { ["HOST": "h", "API_TOKEN": "s3cret"][$0] }, uuid: { "00000000-0000-4000-8000-000000000000" },
      now: { "2026-01-02T03:04:05.678Z" }, random: { $0.lowerBound },
      file: { path in files[path].map(Result.success) ?? .failure(ScriptParser.Unreadable("No such file")) })
    machine = ScriptMachine(
      script, script.cases[caseNumber], variables: ["given": .string("a \"gift\"")], sources: sources,
      settings: settings, now: now)
  }

  /// Begins, and lets all this happen.
  mutating func run(_ happenings: [Happening] = []) {
    machine.start(at: now)
    settle()
    for happening in happenings { happen(happening) }
  }

  /// Runs to the end: time passes until nothing is awaited.
  mutating func finish() -> CaseResult {
    var turns = 0
    while !machine.isOver, let deadline = machine.deadline, turns < 1000 {
      now = max(now, deadline)
      machine.advance(at: now)
      settle()
      turns += 1
    }
    return machine.result
  }

  mutating func stop(_ reason: String) {
    machine.stop(reason, at: now)
    settle()
  }

  mutating func expire(_ words: String) {
    machine.expire(words, at: now)
    settle()
  }

  mutating func happen(_ happening: Happening) {
    switch happening {
    case .text(let text, let number): receive(.text, Array(text.utf8), number)
    case .binary(let bytes): receive(.binary, bytes, 0)
    case .ping(let text): receive(.ping, Array(text.utf8), 0)
    case .pong(let text): receive(.pong, Array(text.utf8), 0)
    case .close(let code, let reason):
      let bytes = code.map { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] + Array(reason.utf8) } ?? []
      receive(.close, bytes, 0)
    case .end(let cause): end(0, cause)
    case .frame(let header, let text): receive(header, Array(text.utf8), 0, message: nil)
    case .pass(let time):
      // As a loop does, the machine is called whenever it asked to be.
      let end = now + time
      while let deadline = machine.deadline, deadline <= end {
        now = max(now, deadline)
        machine.advance(at: now)
        settle()
      }
      now = end
    case .client(let server, let target):
      let head = HTTPRequestHead(method: "GET", target: target, headers: [HTTPHeader("User-Agent", "test")])
      if let number = machine.accept(server: server, head) { openNumbers.insert(number) }
      machine.advance(at: now)
    case .full(let isFull): machine.handle(.full(0, isFull), at: now)
    }
    settle()
  }

  private mutating func receive(_ opcode: Opcode, _ payload: [UInt8], _ number: Int) {
    let header = FrameHeader(opcode: opcode, payloadLength: UInt64(payload.count))
    let message = opcode.isControl ? nil : MessageRecord(opcode: opcode, payload: payload)
    receive(header, payload, number, message: message)
  }

  private mutating func receive(_ header: FrameHeader, _ payload: [UInt8], _ number: Int, message: MessageRecord?) {
    guard openNumbers.contains(number) else { return }
    let record = FrameRecord(
      direction: .received, time: now, header: header, headerBytes: [], payload: payload, offset: offset,
      message: message)
    machine.handle(.trace(number, .frame(record)), at: now)
  }

  private mutating func end(_ number: Int, _ cause: Verdict.Cause) {
    guard openNumbers.remove(number) != nil else { return }
    let verdict = Verdict(
      cause: cause, sentClose: nil, receivedClose: nil, lifetime: .seconds(1), silence: .zero, lastReceived: nil,
      lastSent: nil)
    machine.handle(.trace(number, .ended(verdict)), at: now)
  }

  private mutating func settle() {
    while case let actions = machine.takeActions(), !actions.isEmpty {
      for action in actions { perform(action) }
    }
  }

  private mutating func perform(_ action: MachineAction) {
    switch action {
    case .connect(let number, let request):
      log.append("connect \(request.url)" + request.options.map { " \($0.name)=\($0.value ?? "")" }.joined())
      if let refusal {
        let head = HTTPResponseHead(status: refusal.status, headers: [HTTPHeader("X-Why", "because")])
        machine.handle(.refused(number, head, body: Array(refusal.body.utf8)), at: now)
      } else {
        openNumbers.insert(number)
        let head = HTTPResponseHead(status: 101, headers: [HTTPHeader("X-Id", "7")])
        machine.handle(
          .opened(number, HandshakeAnswer(observed: head, to: HTTPRequestHead(method: "GET", target: "/"))), at: now)
      }
    case .listen(let request):
      log.append("listen \(request.address ?? "anywhere")")
      machine.handle(.listening(server: request.name, url: "ws://127.0.0.1:9/"), at: now)
    case .startCommand: log.append("start")
    case .send(let number, let payload): sent(payload, number)
    case .drop(let number):
      log.append("drop")
      end(number, .abandoned)
    case .stall(_, let isStalled): if isStalled { log.append("stall") }
    case .pause(_, let isPaused): if isPaused { log.append("pause") }
    case .close(let number): end(number, .closedByUs)
    case .ask(let question): answer(question)
    case .goOn: machine.advance(at: now)
    }
  }

  private mutating func answer(_ question: PatternQuestion) {
    guard !isMatcherStuck else { return machine.handle(.answered(question, .late), at: now) }
    let regex = try? Regex(question.pattern).ignoresCase(question.ignoresCase)
    let match = regex.flatMap { question.text.firstMatch(of: $0) }
    let answer = match.map { PatternAnswer.found($0.output.map { $0.substring.map(String.init) }) } ?? .notFound
    machine.handle(.answered(question, answer), at: now)
  }

  private mutating func sent(_ payload: SentPayload, _ number: Int) {
    let words: String
    var opcode = Opcode.text
    var bytes: [UInt8] = []
    switch payload {
    case .message(let kind, let payload):
      (opcode, bytes) = (kind, payload)
      words = kind == .text ? "> \(String(decoding: payload, as: UTF8.self))" : ">binary \(payload)"
    case .fragments(let payload, let size): words = ">fragments \(size) \(String(decoding: payload, as: UTF8.self))"
    case .ping(let payload):
      (opcode, bytes) = (.ping, payload)
      words = ">ping \(String(decoding: payload, as: UTF8.self))"
    case .pong(let payload): words = ">pong \(String(decoding: payload, as: UTF8.self))"
    case .close(let code, let reason):
      opcode = .close
      words = ">close \(code.map { "\($0.rawValue)" } ?? "") \(reason)"
    case .frame(let frame): words = ">frame \(frame.opcode.name) \(frame.payload)"
    case .bytes(let payload): words = ">bytes \(payload)"
    }
    log.append(number == 0 ? words : "\(number)\(words)")
    let record = FrameRecord(
      direction: .sent, time: now, header: FrameHeader(opcode: opcode, payloadLength: UInt64(bytes.count)),
      headerBytes: [], payload: bytes, offset: 0)
    machine.handle(.trace(number, .frame(record)), at: now)
  }
}

/// A play and how it ends, for tables.
struct PlayRow: CustomTestStringConvertible, Sendable {
  var script: String
  var happenings: [Happening]
  /// `passed`, or a failure's kind, its line and its sentence: `mismatch 3: another text came`.
  var outcome: String

  init(_ script: String, _ happenings: [Happening] = [], _ outcome: String = "passed") {
    self.script = script
    self.happenings = happenings
    self.outcome = outcome
  }

  var testDescription: String { script }

  func check() throws {
    var play = try Play(script)
    play.run(happenings)
    #expect(PlayRow.words(play.finish()) == outcome)
  }

  static func words(_ result: CaseResult) -> String {
    switch result.outcome {
    case .passed: "passed"
    case .failed(let failure): "\(failure.kind) \(failure.line): \(failure.summary)"
    case .notRun(let reason): "not run: \(reason)"
    }
  }
}
