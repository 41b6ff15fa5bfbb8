import JSONSyntax
import Trace

/// Takes secrets out of what reports show: whole ones, as they are and as JSON writes them, and what is left of one
/// that was cut where a line became too long.
struct HiddenSecrets {
  private let pairs: [(secret: String, standIn: String)]
  /// Where a line was cut.
  private static let cut = "…"
  /// As much of a secret as somebody could make something of.
  private static let shortest = 3

  init(_ secrets: Set<String>, _ mask: SecretMask) {
    pairs = secrets.sorted { $0.utf8.count > $1.utf8.count }.flatMap { secret in
      let standIn = mask.standIn(for: secret)
      let escaped = String(JSONValue.string(secret).text.dropFirst().dropLast())
      return escaped == secret ? [(secret, standIn)] : [(secret, standIn), (escaped, standIn)]
    }
  }

  func hide(_ text: String) -> String {
    pairs.reduce(text) { text, pair in
      guard pair.secret != pair.standIn else { return text }
      let whole = text.contains(pair.secret) ? text.replacing(pair.secret, with: pair.standIn) : text
      return whole.contains(Self.cut) ? hidePart(of: pair.secret, pair.standIn, in: whole) : whole
    }
  }

  /// A quote may stand between what is left and the mark.
  private func hidePart(of secret: String, _ standIn: String, in text: String) -> String {
    let parts = text.split(separator: Self.cut, omittingEmptySubsequences: false).map(String.init)
    var shown: [String] = []
    for (index, part) in parts.enumerated() {
      var part = part
      if index < parts.count - 1 {
        let quote = part.hasSuffix("\"") ? "\"" : ""
        let body = part.dropLast(quote.count)
        if let size = sizes(of: secret).first(where: { body.hasSuffix(secret.prefix($0)) }) {
          part = body.dropLast(size) + standIn + quote
        }
      }
      if index > 0, let size = sizes(of: secret).first(where: { part.hasPrefix(secret.suffix($0)) }) {
        part = standIn + part.dropFirst(size)
      }
      shown.append(part)
    }
    return shown.joined(separator: Self.cut)
  }

  /// The longest first.
  private func sizes(of secret: String) -> ReversedCollection<Range<Int>> {
    (min(Self.shortest, secret.count)..<secret.count).reversed()
  }
}
