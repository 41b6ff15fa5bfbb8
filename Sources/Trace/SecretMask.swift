/// Replaces what must not be shown, equal values by equal stand-ins, so that a reader still sees what is the same.
public final class SecretMask {
  private var standIns: [String: Int] = [:]
  private let isOff: Bool

  private static let headers: Set<String> = [
    "authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token", "api-key",
  ]
  private static let parameters: Set<String> = [
    "access_token", "token", "id_token", "refresh_token", "auth", "authorization", "api_key", "apikey", "key", "jwt",
    "password", "passwd", "pwd", "secret", "client_secret", "sig", "signature", "session", "sessionid", "ticket",
  ]

  /// - Parameter showsSecrets: masks nothing.
  public init(showsSecrets: Bool) {
    isOff = showsSecrets
  }

  /// What stands for `secret`: `[secret 1]`.
  public func standIn(for secret: String) -> String {
    guard !isOff, !secret.isEmpty else { return secret }
    let number = standIns[secret] ?? standIns.count + 1
    standIns[secret] = number
    return "[secret \(number)]"
  }

  /// A header's value, masked where the name says that it is a secret; an authentication scheme stays. Any other is
  /// masked as a URL is, for that is what some headers hold.
  public func value(ofHeader name: String, _ value: String) -> String {
    let name = name.lowercased()
    guard Self.headers.contains(name) else { return target(value) }
    let parts = value.split(separator: " ", maxSplits: 1)
    if name.hasSuffix("authorization"), parts.count == 2 { return "\(parts[0]) \(standIn(for: String(parts[1])))" }
    return standIn(for: value)
  }

  /// A URL or request target, with the values of parameters that are secrets masked.
  public func target(_ target: String) -> String {
    guard !isOff, let mark = target.firstIndex(of: "?") else { return target }
    let pairs = target[target.index(after: mark)...].split(separator: "&", omittingEmptySubsequences: false)
    let shown = pairs.map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, Self.parameters.contains(parts[0].lowercased()) else { return String(pair) }
      return "\(parts[0])=\(standIn(for: String(parts[1])))"
    }
    return "\(target[...mark])\(shown.joined(separator: "&"))"
  }

  /// One line of an HTTP head.
  public func line(_ line: String) -> String {
    // A start line holds a blank before any colon, a header's name holds none.
    guard let colon = line.firstIndex(of: ":"), !line[..<colon].contains(" ") else {
      return line.split(separator: " ", omittingEmptySubsequences: false).map { target(String($0)) }
        .joined(separator: " ")
    }
    let rest = line[line.index(after: colon)...]
    let value = rest.drop { $0 == " " }
    return "\(line[...colon])\(rest[..<value.startIndex])\(self.value(ofHeader: String(line[..<colon]), String(value)))"
  }
}
