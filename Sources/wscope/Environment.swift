import Glibc

/// The process's environment, read where it is asked: most runs need a few of its variables, and none a dictionary.
struct Environment {
  /// The variable's value; nil where it is unset or empty.
  subscript(_ name: String) -> String? { value(name).flatMap { $0.isEmpty ? nil : $0 } }

  /// The variable's value, which may be empty; nil where it is unset.
  func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// All variables, the empty ones too.
  var values: [String: String] {
    var values: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if let name = parts.first, parts.count == 2 { values[String(name)] = String(parts[1]) }
      entry += 1
    }
    return values
  }
}
