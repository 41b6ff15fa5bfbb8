import Arguments
import Engine
import Script
import Transport
import WebSocketCore
import WscopeOptions

/// Makes plans of what scripts say, on top of what the command line says.
struct ScriptConnector {
  /// The options of a connection that the command line gave.
  private let given: [Occurrence]
  private let environment: Environment

  init(_ parsed: Parsed, environment: Environment) {
    given = Self.given(parsed)
    self.environment = environment
  }

  /// The options of a connection that the command line gave and a script may.
  static func given(_ parsed: Parsed) -> [Occurrence] {
    let names = Set(options.map(\.long))
    return parsed.occurrences.filter { names.contains($0.option.long) }
  }

  /// The options that may stand below `connect`.
  private static let options: [Option] =
    (Options.scriptConnectionSections.flatMap(\.options)).filter { $0.long.hasPrefix("--") && !$0.isHidden }

  /// Their names without dashes, and whether they take a value.
  static let names = Dictionary(
    uniqueKeysWithValues: options.map { (String($0.long.dropFirst(2)), $0.value != .none) })

  func plan(_ request: ConnectRequest) -> Result<ConnectionPlan, ScriptEnvironment.PlanFailure> {
    var words = ["connect"]
    for occurrence in given where !isReplaced(occurrence, by: request) {
      words.append(occurrence.option.long + (occurrence.value.map { "=\($0)" } ?? ""))
    }
    for option in request.options {
      words.append("--\(option.name)" + (value(of: option).map { "=\($0)" } ?? ""))
    }
    do {
      guard case .run(let parsed) = try ArgumentParser(Main.program).parse(words + ["--", request.url]) else {
        return .failure(ScriptEnvironment.PlanFailure(words: "this is no connection", hint: nil))
      }
      return .success(try ConnectionPlan(parsed, url: request.url, environment: environment))
    } catch let error as UsageError {
      return .failure(ScriptEnvironment.PlanFailure(words: error.description, hint: error.hint))
    } catch let stop as Stop {
      return .failure(ScriptEnvironment.PlanFailure(words: stop.text, hint: stop.hint))
    } catch {
      return .failure(ScriptEnvironment.PlanFailure(words: "\(error)", hint: nil))
    }
  }

  /// Whether the script says it itself; of headers only those of one name replace each other.
  private func isReplaced(_ occurrence: Occurrence, by request: ConnectRequest) -> Bool {
    request.options.contains { option in
      guard occurrence.option.long == "--\(option.name)" else { return false }
      guard occurrence.option.long == Options.header.long else { return true }
      return Self.headerName(occurrence.value) == Self.headerName(option.value)
    }
  }

  private static func headerName(_ line: String?) -> String {
    (line ?? "").prefix { $0 != ":" && $0 != ";" }.lowercased()
  }

  /// A file is looked for beside the script.
  private func value(of option: (place: SourcePlace, name: String, value: String?)) -> String? {
    guard let value = option.value,
      let known = Self.options.first(where: { $0.long == "--\(option.name)" })
    else { return option.value }
    switch known.value {
    case .file, .directory: return ScriptParser.beside(option.place.file, value)
    default: return value
    }
  }
}
