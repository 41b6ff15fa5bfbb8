/// Why a line for curl cannot be a WebSocket session: status 2. What was typed is in it as it was.
public enum CurlLineError: Error, Hashable, Sendable, CustomStringConvertible {
  /// An option that curl does not have.
  case unknownOption(String)
  /// The last word is an option that needs a value.
  case missingValue(String)
  /// There is no URL.
  case missingURL
  /// There is more than one URL.
  case secondURL(String)
  /// A method that is not GET.
  case method(String)
  /// Cookies or headers from a file.
  case fromFile(option: String, file: String)
  /// A proxy that is no HTTP proxy.
  case proxyScheme(String)
  /// A proxy's name and password without a proxy.
  case proxyUserWithoutProxy
  /// An option that asks for something else than a WebSocket session.
  case refused(option: String, reason: String)

  /// What is wrong, in one line.
  public var description: String {
    switch self {
    case .unknownOption(let option): "curl has no option \(option)"
    case .missingValue(let option): "curl's \(option) needs a value"
    case .missingURL: "the line for curl has no URL"
    case .secondURL(let url): "the line for curl has a second URL, \(url)"
    case .method(let method): "a WebSocket handshake is a GET, not \(method)"
    case .fromFile(let option, let file): "curl's \(option) reads from the file \(file), which wscope does not"
    case .proxyScheme(let proxy): "the proxy \(proxy) is no HTTP proxy"
    case .proxyUserWithoutProxy: "curl's -U needs a proxy, -x"
    case .refused(let option, let reason): "curl's \(option) cannot be used: \(reason)"
    }
  }

  /// What to do about it, where that is known.
  public var hint: String? {
    switch self {
    case .unknownOption: "options of wscope go before the word curl"
    case .fromFile(let option, _) where option == "-b" || option == "--cookie": "write the cookie itself: -b NAME=VALUE"
    case .fromFile: "write the header itself: -H 'NAME: VALUE'"
    case .refused(_, let reason) where reason == CurlOption.Refusal.body.sentence:
      "to send a message first: wscope -x TEXT curl ..."
    default: nil
    }
  }
}
