import Arguments
import Glibc
import JSONSyntax
import Script
import WscopeOptions

/// What the options of `wscope run` say, checked.
struct RunOptions {
  var files: [String]
  var command: [String]
  var variables: [String: JSONValue]
  var reports: [ReportRequest]
  var maximumTime: Duration?
  var isColored: Bool
  var isVerbose: Bool
  var isQuiet: Bool

  init(_ parsed: Parsed) throws(Stop) {
    files = []
    command = parsed.rawWords
    variables = [:]
    for file in parsed.values(Options.variablesFile) { try Self.read(file, into: &variables) }
    for text in parsed.values(Options.variable) {
      guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
        throw Stop(.usage, "\(Options.variable.long) \(text): not NAME=VALUE")
      }
      variables[String(text[..<equals])] = JSONValue(written: String(text[text.index(after: equals)...]))
    }
    do throws(ReportRequest.Mistake) {
      reports = try parsed.values(Options.report).map { (text) throws(ReportRequest.Mistake) in
        try ReportRequest(text)
      }
      try ReportRequest.check(reports)
    } catch {
      throw Stop(.usage, "\(Options.report.long): \(error)", hint: error.hint)
    }
    maximumTime = parsed.time(ifGiven: Options.maximumTime)
    isColored = Narration.isColored(parsed.choice(Options.color), Main.environment, on: STDOUT_FILENO)
    isVerbose = parsed.flag(Options.runVerbose)
    isQuiet = parsed.flag(Options.runQuiet)
    for word in parsed.words { files += try ScriptFiles.scripts(at: word) }
    if files.isEmpty { throw Stop(.usage, "no script is there", hint: "scripts end in .wsx") }
  }

  /// The members of a JSON object in a file.
  private static func read(_ file: String, into variables: inout [String: JSONValue]) throws(Stop) {
    let bytes = try ScriptFiles.read(file)
    let value: JSONValue
    do throws(JSONFailure) { value = try JSONParser.parse(bytes.span) } catch {
      throw Stop(.cannotRead, "\(file): \(error)", hint: "the file of --variables holds one JSON object")
    }
    guard case .object(let members) = value else {
      throw Stop(.cannotRead, "\(file) holds no JSON object", hint: "such as {\"user\": \"alice\"}")
    }
    for member in members { variables[member.name] = member.value }
  }
}
