/// What a message is looked for by: a text it holds, or a regular expression.
public struct Pattern: Hashable, Sendable {
  /// The two ways to look.
  public enum Form: Hashable, Sendable {
    /// The message holds this text.
    case text(String)
    /// The expression matches somewhere in the message.
    case expression(String)
  }

  /// Why a text is no pattern.
  public enum Mistake: Error, Hashable, Sendable {
    /// `//`: an expression that matches everything is not meant.
    case empty
    /// A letter behind the last slash that is no flag.
    case unknownFlag(Character)
  }

  /// The text or expression.
  public let form: Form
  /// Flag `i`: capitals and small letters are the same.
  public let ignoresCase: Bool
  /// Flag `m`: `^` and `$` match at lines.
  public let anchorsMatchLines: Bool
  /// Flag `s`: `.` matches a newline too.
  public let dotMatchesNewlines: Bool

  /// A PATTERN as typed: `/expression/flags`, or a text. `\/` in an expression is a slash.
  public init(_ text: String) throws(Mistake) {
    guard text.hasPrefix("/"), text.count > 1, let end = text.lastIndex(of: "/"), end > text.startIndex,
      text[end...].dropFirst().allSatisfy({ $0.isASCII && $0.isLetter })
    else {
      (form, ignoresCase, anchorsMatchLines, dotMatchesNewlines) = (.text(text), false, false, false)
      return
    }
    let flags = text[end...].dropFirst()
    if let unknown = flags.first(where: { !"ims".contains($0) }) { throw .unknownFlag(unknown) }
    let expression = text[..<end].dropFirst()
    guard !expression.isEmpty else { throw .empty }
    form = .expression(Self.withoutEscapedSlashes(expression))
    ignoresCase = flags.contains("i")
    anchorsMatchLines = flags.contains("m")
    dotMatchesNewlines = flags.contains("s")
  }

  private static func withoutEscapedSlashes(_ expression: Substring) -> String {
    var result = ""
    var isEscaped = false
    for scalar in expression.unicodeScalars {
      if scalar == "/", isEscaped { result.unicodeScalars.removeLast() }
      result.unicodeScalars.append(scalar)
      isEscaped = scalar == "\\" && !isEscaped
    }
    return result
  }
}
