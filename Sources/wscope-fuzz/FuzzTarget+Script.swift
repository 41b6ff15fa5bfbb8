import Script
import Trace
import WebSocketCore

extension FuzzTarget {
  /// Whatever a file holds: it is a script that can be formatted and run to an end, or its mistakes are told.
  static let script = FuzzTarget(
    name: "script", summary: "a script is refused in safe words, or means the same when formatted and ends when run",
    seeds: [
      #"""
      connect loopback:
      > hello
      < hello
      >json {"id": "${uuid}", "n": [1, 2]}
      <*json {"id": "<uuid>"}
        within 500ms
        capture id = $.id
        assert count $.n == 2
      > ${id} $${x}
      <match /^(.)-\w+$/i

      """#,
      #"""
      # a comment
      server s on 127.0.0.1:0
        subprotocol a
      connect me ${s.url}x
        header A: b
        assert status == 101
      accept you from s
        assert target == "/x"
      you>frame fin=0 opcode=text "a"
      me<frame fin=0 mask=off
      me>close 4000 bye
      you<close 4000

      """#,
      #"""
      connect a ws://h/
      set x = {"k": [true]}
      ignore a<contains noise
      when a<json {"t": 1}
        capture q = $..t
        >json {"a": ${x}}
      case "one"
        any order
          a<text " x\u0000"
          a<hex 00 ff
        a>bytes hex 81 00
      case "two"
        repeat 3
          a>
            | two
            | lines
          a<?any
        drop a
        reconnect a
        a<nothing for 1s

      """#,
      #"""
      connect loopback:
      >json
        | {"a":
        |  ["<rest>"]}
      <json= {"a": "<re:^x+$>", "b": "\\<any>"}
      >fragments 2 abc
      <fragments 1k abc
      >ping "p"
      <pong
        assert rtt < 1s
      >base64 AA==
      <end

      """#,
    ].map { Array($0.utf8) },
    check: { input, random in
      let text = String(decoding: input, as: UTF8.self)
      let script: ExchangeScript
      do throws(ScriptErrors) { script = try parse(text) } catch {
        guard (1...20).contains(error.errors.count) else { return "\(error.errors.count) mistakes are told" }
        let isSafe = error.description.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0.value != 0x7F }
        return isSafe ? nil : "a mistake is told in unsafe words: \(error.description.debugDescription)"
      }
      let formatted = ScriptFormatter.format(text)
      do throws(ScriptErrors) {
        let again = try parse(formatted)
        guard ScriptFormatter.format(formatted) == formatted else {
          return "formatted twice it is another:\n\(formatted)"
        }
        guard again.cases.map(\.steps.count) == script.cases.map(\.steps.count) else {
          return "formatted it has other steps:\n\(formatted)"
        }
      } catch { return "formatted it has mistakes: \(error)\n\(formatted)" }
      for scriptCase in script.cases {
        if let failure = ScriptPlay.run(script, scriptCase, &random) { return failure }
      }
      return nil
    })

  private static func parse(_ text: String) throws(ScriptErrors) -> ExchangeScript {
    try ScriptParser.parse(
      text, file: "a.wsx",
      surroundings: ScriptParser.Surroundings(
        connectOptions: ["header": true, "insecure": false],
        read: { _ in .failure(ScriptParser.Unreadable("there is none")) }))
  }
}

/// Runs a case against peers that echo, at random times or never.
private struct ScriptPlay {
  private var machine: ScriptMachine
  private var now: ContinuousClock.Instant
  private var open: Set<ConnectionNumber> = []
  private var turns = 0

  static func run(_ script: ExchangeScript, _ scriptCase: ScriptCase, _ random: inout FuzzRandom) -> String? {
    var play = ScriptPlay(script, scriptCase)
    return play.run(&random)
  }

  private init(_ script: ExchangeScript, _ scriptCase: ScriptCase) {
    now = .now
    machine = ScriptMachine(
      script, scriptCase, variables: [:],
      sources: ValueSources(
        environment: { _ in nil }, uuid: { "00000000-0000-4000-8000-000000000000" }, now: { "2026-01-02T03:04:05Z" },
        random: { $0.lowerBound }, file: { _ in .failure(ScriptParser.Unreadable("there is none")) }),
      settings: ScriptMachine.Settings(mask: SecretMask(showsSecrets: false)), now: now)
  }

  private mutating func run(_ random: inout FuzzRandom) -> String? {
    machine.start(at: now)
    while !machine.isOver {
      turns += 1
      // A million rounds of a block take too long here.
      if turns == 2000 { machine.stop("enough", at: now) }
      if turns > 4000 { return "it does not end" }
      let actions = machine.takeActions()
      for action in actions { perform(action, &random) }
      guard actions.isEmpty else { continue }
      guard let deadline = machine.deadline else { return machine.isOver ? nil : "it waits for nothing" }
      now = max(now, deadline)
      machine.advance(at: now)
    }
    let result = machine.result
    guard case .notRun = result.outcome, turns < 2000 else { return nil }
    return "it ended and was not run"
  }

  private mutating func perform(_ action: MachineAction, _ random: inout FuzzRandom) {
    switch action {
    case .connect(let number, _):
      guard random.below(8) > 0 else {
        return machine.handle(.failed(number, .connect, "connection refused", hint: nil), at: now)
      }
      open.insert(number)
      let head = HTTPResponseHead(status: 101, headers: [])
      let answer = HandshakeAnswer(observed: head, to: HTTPRequestHead(method: "GET", target: "/"))
      machine.handle(.opened(number, answer), at: now)
    case .listen(let request):
      machine.handle(.listening(server: request.name, url: "ws://127.0.0.1:9/"), at: now)
      let head = HTTPRequestHead(method: "GET", target: "/x", headers: [])
      if random.below(2) == 0, let number = machine.accept(server: request.name, head) { open.insert(number) }
    case .send(let number, let payload): echo(payload, number, &random)
    case .drop(let number), .close(let number): end(number)
    case .ask(let question):
      machine.handle(.answered(question, random.below(2) == 0 ? .notFound : .found(["x", nil])), at: now)
    case .goOn: machine.advance(at: now)
    case .startCommand, .stall, .pause: break
    }
  }

  private mutating func echo(_ payload: SentPayload, _ number: ConnectionNumber, _ random: inout FuzzRandom) {
    guard open.contains(number), random.below(8) > 0 else { return }
    switch payload {
    case .message(let opcode, let bytes): receive(opcode, bytes, number)
    case .fragments(let bytes, _): receive(.text, bytes, number)
    case .ping(let bytes): receive(.pong, bytes, number)
    case .close(let code, _):
      let bytes = code.map { [UInt8($0.rawValue >> 8), UInt8(truncatingIfNeeded: $0.rawValue)] } ?? []
      receive(.close, bytes, number)
      end(number)
    case .pong, .frame, .bytes: break
    }
  }

  private mutating func receive(_ opcode: Opcode, _ bytes: [UInt8], _ number: ConnectionNumber) {
    let record = FrameRecord(
      direction: .received, time: now, header: FrameHeader(opcode: opcode, payloadLength: UInt64(bytes.count)),
      headerBytes: [], payload: bytes, offset: 0,
      message: opcode.isControl ? nil : MessageRecord(opcode: opcode, payload: bytes))
    machine.handle(.trace(number, .frame(record)), at: now)
  }

  private mutating func end(_ number: ConnectionNumber) {
    guard open.remove(number) != nil else { return }
    let verdict = Verdict(
      cause: .closedByUs, sentClose: nil, receivedClose: nil, lifetime: .seconds(1), silence: .zero, lastReceived: nil,
      lastSent: nil)
    machine.handle(.trace(number, .ended(verdict)), at: now)
  }
}
