/// Why a word is no WebSocket URL (RFC 6455, section 3; RFC 3986).
public enum URLFailure: Error, Equatable, Sendable {
  /// A plain word, which could be a host, a file or a mistyped command.
  case notAURL(String)
  /// Nothing at all.
  case empty
  /// A scheme that is none of ours.
  case unknownScheme(String)
  /// A scheme without `//` behind it.
  case missingSlashes(scheme: String)
  /// `#`: a WebSocket URL has no fragment.
  case fragment(String)
  /// Nothing where the host has to stand.
  case missingHost
  /// A character that a host's name cannot hold.
  case hostCharacter(Character, host: String)
  /// A host's name beyond ASCII.
  case internationalHost(String)
  /// `[` without `]`.
  case unclosedBracket(String)
  /// Something in brackets that is no IPv6 address.
  case notIPv6(String)
  /// Something between `]` and the port.
  case textBehindBracket(String)
  /// Several colons outside of brackets.
  case ipv6WithoutBrackets(String)
  /// A port that is no number.
  case portNotNumber(String)
  /// A port beyond 1 to 65535.
  case portOutOfRange(String)
  /// A blank; the offset counts bytes of the word.
  case blank(offset: Int)
  /// A control character; the offset counts bytes of the word.
  case controlCharacter(Unicode.Scalar, offset: Int)
  /// `%` without two hexadecimal digits.
  case percentEscape(String)
  /// A character of the user name or password that has to be percent-encoded.
  case userinfoCharacter(Character)
  /// User name or password whose decoded bytes are no UTF-8 text.
  case userinfoNotUTF8
  /// `ws+unix:` without a path.
  case missingSocketPath
  /// `ws+unix://` with a host.
  case socketHost(String)
  /// A socket path whose decoded bytes are no UTF-8 text without NUL.
  case socketPathNotText
}

extension URLFailure: CustomStringConvertible {
  /// Where the rule stands.
  public var section: String {
    switch self {
    case .notAURL, .empty, .unknownScheme, .missingSlashes, .fragment: "RFC 6455, section 3"
    case .missingHost, .hostCharacter, .internationalHost, .unclosedBracket, .notIPv6, .textBehindBracket,
      .ipv6WithoutBrackets:
      "RFC 3986, section 3.2.2"
    case .portNotNumber, .portOutOfRange: "RFC 3986, section 3.2.3"
    case .blank, .controlCharacter: "RFC 3986, section 2"
    case .percentEscape: "RFC 3986, section 2.1"
    case .userinfoCharacter, .userinfoNotUTF8: "RFC 3986, section 3.2.1"
    case .missingSocketPath, .socketHost, .socketPathNotText: "RFC 3986, section 3.3"
    }
  }

  /// A sentence for people.
  public var description: String {
    switch self {
    case .notAURL(let word): "\"\(word)\" is not a URL"
    case .empty: "an empty word is not a URL"
    case .unknownScheme(let scheme): "\(scheme): is not a scheme of WebSocket; use ws:// or wss://"
    case .missingSlashes(let scheme): "\(scheme): needs // behind it, as in \(scheme)://host/"
    case .fragment(let text): "a WebSocket URL has no fragment (\(text)); write # as %23"
    case .missingHost: "the URL names no host"
    case .hostCharacter(let character, let host): "the character \"\(character)\" cannot stand in the host \"\(host)\""
    case .internationalHost(let host): "the host \"\(host)\" is not ASCII; write it as punycode (xn--…)"
    case .unclosedBracket(let text): "\"\(text)\" lacks its closing bracket"
    case .notIPv6(let text): "\"\(text)\" is not an IPv6 address"
    case .textBehindBracket(let text): "\"\(text)\" follows the IPv6 address; only a colon and a port may"
    case .ipv6WithoutBrackets(let host): "\"\(host)\" holds several colons; write an IPv6 address in brackets, as [::1]"
    case .portNotNumber(let port): "the port \"\(port)\" is not a number"
    case .portOutOfRange(let port): "the port \(port) is not between 1 and 65535"
    case .blank(let offset): "a blank at offset \(offset); write it as %20"
    case .controlCharacter(let scalar, let offset):
      "control character U+\(Self.codePoint(scalar)) at offset \(offset)"
    case .percentEscape(let text): "\"\(text)\" is not a percent escape; write % as %25"
    case .userinfoCharacter(let character):
      "the character \"\(character)\" in the user name or password has to be percent-encoded"
    case .userinfoNotUTF8: "the user name or password is not UTF-8 once decoded"
    case .missingSocketPath: "ws+unix: needs the path of a socket, as in ws+unix:/run/app.sock:/resource"
    case .socketHost(let host):
      "ws+unix: has no host (\"\(host)\"); a path begins with a third slash, as in ws+unix:///run/app.sock"
    case .socketPathNotText: "the socket's path is not UTF-8 without NUL once decoded"
    }
  }

  private static func codePoint(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
