/// The names that a script gives and uses. A name used that is given nowhere is a mistake before anything is sent.
struct ScriptNames {
  /// Names of one kind: connections, servers, values.
  struct Kind {
    fileprivate var given: [Int: Set<String>] = [:]
    fileprivate var uses: [(name: String, scope: Int, source: SourceText, offset: Int)] = []
  }

  var connections = Kind()
  var servers = Kind()
  var values = Kind()
  /// 0 before the first case, then each case's number.
  private var scope = 0

  /// What stands for the connection without a name.
  static let unnamed = ""

  /// Whether a server has been given so far that may be used here.
  var hasServer: Bool { servers.given[0]?.isEmpty == false || servers.given[scope]?.isEmpty == false }

  mutating func beginCase() { scope += 1 }

  mutating func give(_ name: String, _ kind: WritableKeyPath<ScriptNames, Kind>) {
    self[keyPath: kind].given[scope, default: []].insert(name)
  }

  mutating func use(
    _ name: String, _ kind: WritableKeyPath<ScriptNames, Kind>, in source: SourceText, at offset: Int
  ) {
    self[keyPath: kind].uses.append((name, scope, source, offset))
  }

  /// What is used and not given, neither in its case nor before the first.
  func errors(given variables: Set<String>) -> [ScriptError] {
    func missing(
      _ kind: Kind, also: Set<String> = [], _ words: (String, [String]) -> (sentence: String, hint: String)
    ) -> [ScriptError] {
      kind.uses.compactMap { use in
        let known = also.union(kind.given[0] ?? []).union(kind.given[use.scope] ?? [])
        guard !known.contains(use.name) else { return nil }
        let (sentence, hint) = words(use.name, known.subtracting([Self.unnamed]).sorted())
        return use.source.error(at: use.offset, sentence, hint: hint)
      }
    }
    return missing(connections) { name, known in
      if name == Self.unnamed {
        return (
          "no connection without a name is made",
          known.isEmpty
            ? "begin with: connect URL" : "put the name of one before the arrow: \(known.joined(separator: ", "))"
        )
      }
      return (
        "no connection is called \"\(name)\"",
        (known.isEmpty ? "" : "there is \(known.joined(separator: ", ")); ")
          + "connect \(name) URL, or accept \(name), makes one"
      )
    }
      + missing(servers) { name, known in
        (
          "no server is called \"\(name)\"",
          known.isEmpty ? "server \(name) makes one" : "there is \(known.joined(separator: ", "))"
        )
      }
      + missing(values, also: variables) { name, known in
        (
          "nothing gives \"\(name)\" a value",
          "set \(name) = VALUE does, or --variable \(name)=VALUE"
            + (known.isEmpty ? "" : "; there is \(known.prefix(20).joined(separator: ", "))")
        )
      }
  }
}
