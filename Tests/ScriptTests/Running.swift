import Engine
import TestSupport
import Testing
import Trace
import Transport
import WebSocketCore

@testable import Script

/// Runs scripts over the engine, on a loop of their own.
final class Running {
  let context: ConnectionContext
  var files: [(name: String, text: String)]
  var options = ScriptRunner.Options(settings: ScriptMachine.Settings(mask: SecretMask(showsSecrets: false)))
  var command: [String] = []
  /// What is done when the runner has begun.
  var meanwhile: (ScriptRunner) -> Void = { _ in }

  init(_ files: (name: String, text: String)...) throws {
    context = ConnectionContext(loop: try Loop())
    self.files = files
  }

  /// One script over `loopback:`, or what else it connects to.
  static func run(_ text: String, command: [String] = []) throws -> CaseResult {
    let running = try Running((name: "a.wsx", text: text))
    running.command = command
    running.options.settings.hasCommand = !command.isEmpty
    return try #require(try running.run().scripts.first?.cases.first)
  }

  func run(limit: Duration = .seconds(20)) throws -> RunResult {
    let scripts = try files.map { file in
      try ScriptParser.parse(
        file.text, file: file.name,
        surroundings: ScriptParser.Surroundings(
          connectOptions: ["header": true], variables: Set(options.variables.keys),
          read: { _ in .failure(ScriptParser.Unreadable("there is none")) }))
    }
    let runner = ScriptRunner(scripts, options: options, environment: environment)
    var result: RunResult?
    runner.finished = { result = $0 }
    runner.start()
    meanwhile(runner)
    let deadline = ContinuousClock.now + limit
    while result == nil, ContinuousClock.now < deadline { context.loop.turn(waitAtMost: .milliseconds(100)) }
    return try #require(result, "the run did not end within \(limit)")
  }

  private var environment: ScriptEnvironment {
    ScriptEnvironment(
      context: context,
      plan: { request in
        do throws(URLFailure) {
          let url = try WebSocketURL.parse(request.url)
          var handshake = ClientHandshakeRequest(url: url, key: [UInt8](0..<16))
          handshake.headers = request.options.compactMap { try? HeaderEdit.parse($0.value ?? "") }
          return .success(ConnectionPlan(url: url, request: handshake, settings: ConnectionSettings()))
        } catch {
          return .failure(ScriptEnvironment.PlanFailure(words: error.description, hint: nil))
        }
      },
      explain: { ("\($0.cause)", nil) },
      sources: ValueSources(
        environment: { _ in nil }, uuid: { "id" }, now: { "now" }, random: { $0.lowerBound },
        file: { _ in .failure(ScriptParser.Unreadable("there is none")) }),
      environment: ["PATH": "/usr/bin:/bin"], command: command)
  }
}
