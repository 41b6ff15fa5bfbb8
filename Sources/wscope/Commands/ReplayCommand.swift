import Arguments
import Engine
import Glibc
import Inspector
import Piping
import Script
import Trace
import Transport
import WscopeOptions

/// `wscope replay CAPTURE URL`: what a capture sent, sent again.
enum ReplayCommand {
  static func run(_ parsed: Parsed) throws(Stop) {
    let pace = try pace(parsed)
    let mask = SecretMask(showsSecrets: parsed.flag(Options.showSecrets))
    let connection = try ConnectionPlan(parsed, url: parsed.words[1], environment: Main.environment)
    let file = try InputFile(parsed.words[0])
    let plan = try plan(of: file, stream: parsed.integer(ifGiven: Options.replayStream))
    let context = try Loops.context()
    let capture = try CaptureFile(parsed, mask: mask, loop: context.loop)
    let (descriptor, outputName) = try ConnectCommand.outputDescriptor(parsed.value(Options.output))
    let session = ReplaySession(
      ReplayOptions(parsed, pace: pace), plan, to: connection, name: file.name, mask: mask, context: context,
      output: OutputPort(loop: context.loop, descriptor: descriptor), outputName: outputName,
      isTerminal: isatty(descriptor) == 1, capture: capture)
    try session.start()
    context.loop.run()
    Console.exit(session.outcome)
  }

  private static func pace(_ parsed: Parsed) throws(Stop) -> ReplayMachine.Pace {
    guard let text = parsed.value(Options.speed) else { return .turns }
    guard let speed = Double(text), (0.001...1_000_000).contains(speed) else {
      throw Stop(
        .usage, "\(Options.speed.long) \(text): not a number from 0.001 to 1000000", hint: "2 is twice as fast")
    }
    return .times(speed: speed)
  }

  private static func plan(of file: InputFile, stream: Int?) throws(Stop) -> ReplayPlan {
    let start = ContinuousClock.now
    var reader = CaptureReader(start: start)
    var replay = ReplayReader(start: start, stream: stream)
    var damage: CaptureDamage?
    try file.read(with: &reader) { items, format in
      for item in items {
        switch item {
        case .event(let event): replay.take(event, from: format)
        case .damage(let found): damage = damage ?? found
        }
      }
    }
    if let damage, !damage.isCut { throw Stop(.cannotRead, "\(file.name), \(damage)") }
    if let damage { Stop(.success, "\(file.name), \(damage); what stands before is sent").tell() }
    do throws(ReplayReader.Failure) { return try replay.plan() } catch {
      let words = if case .empty = error, let findings = reader.findings { findings } else { "\(error)" }
      throw Stop(.cannotRead, "\(file.name): \(words)", hint: "wscope inspect shows what is in it")
    }
  }
}

/// What the options say about a replay.
struct ReplayOptions {
  var pace: ReplayMachine.Pace
  var limit: Duration
  var maximumTime: Duration?
  var output: OutputForm
  var detail: Narrator.Detail
  var isQuiet: Bool
  var isColored: Bool

  init(_ parsed: Parsed, pace: ReplayMachine.Pace) {
    self.pace = pace
    limit = parsed.time(Options.within)
    maximumTime = parsed.time(ifGiven: Options.maximumTime)
    output = OutputForm(format: parsed.value(Options.replayFormat)) ?? .text
    detail = Narrator.Detail(parsed)
    isQuiet = parsed.flag(Options.quiet)
    isColored = Narration.isColored(parsed.choice(Options.color), Main.environment)
  }
}
