import TestSupport
import Testing

/// A script of `Scripts/`. Comments at its top say how it is run (`# run: --strict`), and how its cases fail:
/// `# fails: timeout 4: nothing came`, or `# fails: mismatch files/steps.wsx:2: another text came`.
struct CorpusScript: CustomTestStringConvertible, Sendable {
  /// `fail/timeout.wsx`
  let name: String
  let text: String
  /// What stands behind the script on the command line.
  let options: String
  let failures: [Failing]

  struct Failing: Hashable, Sendable {
    var kind: String
    /// The file, where it is an included one.
    var file: String?
    var line: Int
    var summary: String
  }

  var testDescription: String { name }

  static let folder = Repository.root + "/Tests/EndToEndTests/Scripts"
  /// The variables that the scripts use.
  static let environment = ["USER": "alice", "API_TOKEN": secret]
  static let secret = "s3cret-token"

  static let passing = read("pass")
  static let failing = read("fail")

  private static func read(_ folder: String) -> [CorpusScript] {
    do {
      return try Files.names(in: "\(self.folder)/\(folder)").filter { $0.hasSuffix(".wsx") }.sorted().map { name in
        CorpusScript(
          name: "\(folder)/\(name)", text: try Files.read("\(self.folder)/\(folder)/\(name)").text)
      }
    } catch { preconditionFailure("\(error)") }
  }

  private init(name: String, text: String) {
    self.name = name
    self.text = text
    let head = text.split(separator: "\n").prefix { $0.hasPrefix("#") }
    options = head.first { $0.hasPrefix("# run: ") }.map { String($0.dropFirst(7)) } ?? ""
    failures = head.filter { $0.hasPrefix("# fails: ") }.compactMap { Failing($0.dropFirst(9)) }
  }
}

extension CorpusScript.Failing {
  fileprivate init?(_ text: Substring) {
    let words = text.split(separator: " ", maxSplits: 2)
    guard words.count == 3, words[1].hasSuffix(":") else { return nil }
    let place = words[1].dropLast().split(separator: ":")
    guard let line = place.last.flatMap({ Int($0) }) else { return nil }
    self.init(
      kind: String(words[0]), file: place.count > 1 ? String(place[0]) : nil, line: line, summary: String(words[2]))
  }
}
