/// One of curl's options (7.88), and what it means for a WebSocket session.
struct CurlOption: Sendable {
  /// What becomes of it.
  enum Meaning: Sendable {
    /// It means nothing here, and goes with its value.
    case ignored
    /// It is an option of ours, with the same value if it has one.
    case ours(String)
    /// Its value is that of a header.
    case header(String)
    /// It needs a look at the value.
    case special(Special)
    /// It asks for what a WebSocket session cannot give.
    case refused(Refusal)
  }

  /// Options whose value decides.
  enum Special: Sendable {
    case header, request, cookie, certificate, proxy, proxyUser, referer, output, tlsMaximum, url
  }

  /// Why an option is refused.
  enum Refusal: Hashable, Sendable {
    /// The request would have a body, or another method than GET.
    case body
    /// It authenticates in a way that is not built.
    case authentication
    /// It changes where the connection goes, or what is trusted, and is not built.
    case connection
    /// It names further requests or options.
    case furtherInput

    /// What to tell the user.
    var sentence: String {
      switch self {
      case .body: "a WebSocket handshake is a GET without a body"
      case .authentication: "only Basic and bearer tokens are supported"
      case .connection: "wscope has nothing like it, and without it the connection would be another one"
      case .furtherInput: "one line is one session: options and URL have to be in it"
      }
    }
  }

  /// Its name without dashes: `header`.
  let name: String
  /// Its letter, if it has one.
  let letter: Character?
  /// Whether the next word is its value.
  let takesValue: Bool
  /// What becomes of it.
  let meaning: Meaning

  /// The option of that long name, or the only one whose name begins so, as curl itself reads it.
  static func named(_ name: String) -> CurlOption? {
    if let option = all.first(where: { $0.name == name }) { return option }
    // curl turns its switches off by --no-NAME.
    if name.hasPrefix("no-"), let option = all.first(where: { $0.name == name.dropFirst(3) }), !option.takesValue {
      return CurlOption(name: name, letter: nil, takesValue: false, meaning: .ignored)
    }
    let candidates = all.filter { $0.name.hasPrefix(name) }
    return candidates.count == 1 ? candidates[0] : nil
  }

  /// The option of that letter.
  static func lettered(_ letter: Character) -> CurlOption? { all.first { $0.letter == letter } }
}
