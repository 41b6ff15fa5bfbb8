/// The values that a recorded script does not hold: whoever runs it gives them.
struct RecordedSecrets {
  /// The names in the order in which they were given.
  private(set) var names: [String] = []
  /// By value.
  private(set) var nameByValue: [String: String] = [:]
  private(set) var taken = UniqueNames()

  /// The name that stands for a secret.
  /// - Parameter owner: the name of what holds it.
  mutating func name(for value: String, of owner: String) -> String {
    if let name = nameByValue[value] { return name }
    let name = taken.make(like: owner)
    nameByValue[value] = name
    names.append(name)
    return name
  }
}

/// Makes names for values, each another one.
struct UniqueNames {
  /// In lower case: two names that differ in case alone are easily mistaken.
  private var taken: Set<String> = []

  /// A name like `text`, which may hold what no name does.
  mutating func make(like text: String) -> String {
    let letters = text.utf8.filter(ScriptName.isPart).drop { !ScriptName.isConnection(String(UnicodeScalar($0))) }
    var base = String(decoding: letters, as: UTF8.self)
    if base.isEmpty || ScriptName.reserved.contains(base) { base = "value" }
    var name = base
    var number = 2
    while !taken.insert(name.lowercased()).inserted {
      name = "\(base)\(number)"
      number += 1
    }
    return name
  }
}
