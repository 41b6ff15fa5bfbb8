import Bytes
import Trace

/// What `${name}` stands for in what is sent.
struct Variables: Equatable {
  /// Set by the user.
  var values: [String: String] = [:]
  var environment: [String: String] = [:]

  /// The text that is sent, and the names in it that stand for nothing and stay as they were typed. `$${` is `${`.
  func expand(
    _ text: String, now: UTCTime, random: inout some RandomNumberGenerator
  ) -> (text: String, unknown: [String]) {
    guard text.contains("${") else { return (text, []) }
    var expanded = ""
    var unknown: [String] = []
    var rest = text[...]
    while let mark = rest.firstRange(of: "${") {
      let before = rest[..<mark.lowerBound]
      if before.hasSuffix("$") {
        expanded += before.dropLast() + "${"
        rest = rest[mark.upperBound...]
        continue
      }
      expanded += before
      guard let end = rest[mark.upperBound...].firstIndex(of: "}") else {
        rest = rest[mark.lowerBound...]
        break
      }
      let name = String(rest[mark.upperBound..<end])
      if let value = value(name, now, &random) {
        expanded += value
      } else {
        unknown.append(name)
        expanded += rest[mark.lowerBound...end]
      }
      rest = rest[rest.index(after: end)...]
    }
    return (expanded + rest, unknown)
  }

  private func value(_ name: String, _ now: UTCTime, _ random: inout some RandomNumberGenerator) -> String? {
    if let value = values[name] { return value }
    if name == "uuid" { return RandomUUID.text(&random) }
    if name == "now" { return now.description }
    if name.hasPrefix("env.") { return environment[String(name.dropFirst(4))] }
    let words = name.split(separator: " ")
    if words.count == 3, words[0] == "random", let low = Int(words[1]), let high = Int(words[2]), low <= high {
      return "\(Int.random(in: low...high, using: &random))"
    }
    return nil
  }
}
