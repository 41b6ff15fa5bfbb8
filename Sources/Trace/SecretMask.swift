/// Replaces what must not be shown, equal values by equal stand-ins, so that a reader still sees what is the same.
public final class SecretMask {
  private var standIns: [String: Int] = [:]
  private let isOff: Bool
  private let naming: ((_ secret: String, _ owner: String) -> String)?

  private static let headers: Set<String> = [
    "authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token", "api-key",
  ]
  private static let parameters: Set<String> = [
    "access_token", "token", "id_token", "refresh_token", "auth", "authorization", "api_key", "apikey", "key", "jwt",
    "password", "passwd", "pwd", "secret", "client_secret", "sig", "signature", "session", "sessionid", "ticket",
  ]

  /// - Parameters:
  ///   - showsSecrets: masks nothing.
  ///   - naming: makes what stands for a secret, of it and the name of what holds it, such as `token`; nil: a number.
  public init(showsSecrets: Bool, naming: ((_ secret: String, _ owner: String) -> String)? = nil) {
    isOff = showsSecrets
    self.naming = naming
  }

  /// Names whose values nobody wants to find again in a file, whatever text they stand in.
  private static let names: Set<String> = [
    "accesstoken", "apikey", "authorization", "clientsecret", "idtoken", "jwt", "passwd", "password", "pwd",
    "refreshtoken", "secret", "token",
  ]

  /// Whether the value of a member of this name, such as `accessToken`, is a secret.
  public static func isSecret(member name: String) -> Bool {
    name.utf8.count < 32 && names.contains(name.lowercased().filter { $0 != "_" && $0 != "-" })
  }

  /// Whether `text`, such as a line of JSON or a command, gives a secret away: a name that says so with a value behind
  /// it, or a URL with one.
  public static func givesAwaySecret(_ text: String) -> Bool {
    if SecretMask(showsSecrets: false).target(text) != text { return true }
    var name: [UInt8] = []
    var isBehindName = false
    for byte in text.utf8 {
      switch byte {
      case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, UInt8(ascii: "_"), UInt8(ascii: "-"):
        if isBehindName { name = [] }
        isBehindName = false
        // Longer words are no names of secrets.
        if name.count < 32 { name.append(byte) }
      case UInt8(ascii: ":"), UInt8(ascii: "="):
        if isSecret(member: String(decoding: name, as: UTF8.self)) { return true }
        name = []
      case UInt8(ascii: "\""), UInt8(ascii: "'"), 0x20, 0x09: isBehindName = !name.isEmpty
      default: name = []
      }
    }
    return false
  }

  /// What stands for `secret`: `[secret 1]`.
  /// - Parameter owner: the name of what holds it.
  public func standIn(for secret: String, of owner: String = "secret") -> String {
    guard !isOff, !secret.isEmpty else { return secret }
    // What is read again may be masked already.
    let secret = Self.inWords(secret)
    if let naming { return naming(secret, owner) }
    let number = standIns[secret] ?? standIns.count + 1
    standIns[secret] = number
    return "[secret \(number)]"
  }

  /// `text` with its stand-ins in one word, as they must be in a URL and in the first line of a request.
  public static func inWords(_ text: String) -> String { text.replacing("[secret ", with: "[secret-") }

  /// A header's value, masked where the name says that it is a secret; an authentication scheme stays. Any other is
  /// masked as a URL is, for that is what some headers hold.
  public func value(ofHeader name: String, _ value: String) -> String {
    let name = name.lowercased()
    guard Self.headers.contains(name) else { return target(value) }
    let parts = value.split(separator: " ", maxSplits: 1)
    if name.hasSuffix("authorization"), parts.count == 2 {
      return "\(parts[0]) \(standIn(for: String(parts[1]), of: name))"
    }
    return standIn(for: value, of: name)
  }

  /// A URL or request target, with the values of parameters that are secrets masked.
  public func target(_ target: String) -> String {
    guard !isOff, let mark = target.firstIndex(of: "?") else { return target }
    let pairs = target[target.index(after: mark)...].split(separator: "&", omittingEmptySubsequences: false)
    let shown = pairs.map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = parts[0].lowercased()
      guard parts.count == 2, Self.parameters.contains(name) else { return String(pair) }
      return "\(parts[0])=\(standIn(for: String(parts[1]), of: name))"
    }
    return "\(target[...mark])\(shown.joined(separator: "&"))"
  }

  /// The lines of an HTTP head.
  public func lines(ofHead bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").map { line(String($0)) }
  }

  /// One line of an HTTP head.
  public func line(_ line: String) -> String {
    // A start line holds a blank before any colon, a header's name holds none.
    guard let colon = line.firstIndex(of: ":"), !line[..<colon].contains(" ") else {
      guard !isOff else { return line }
      return Self.inWords(line).split(separator: " ", omittingEmptySubsequences: false).map { target(String($0)) }
        .joined(separator: " ")
    }
    let rest = line[line.index(after: colon)...]
    let value = rest.drop { $0 == " " }
    return "\(line[...colon])\(rest[..<value.startIndex])\(self.value(ofHeader: String(line[..<colon]), String(value)))"
  }
}
