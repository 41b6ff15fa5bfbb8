import Terminal

extension ScreenCommand {
  /// Its name in the user's file of keys: `page-down`.
  var name: String {
    if case .connection(let number) = self { return "connection-\(number)" }
    return "\(self)".reduce(into: "") { name, letter in
      name += letter.isUppercase ? "-\(letter.lowercased())" : String(letter)
    }
  }
}

extension KeyTable {
  /// The table with the keys of a file of the user: a `command = key, other key` a line, `#` before comments.
  /// - Returns: the table and what is wrong in the file, with the lines' numbers. A line that is wrong changes nothing.
  static func read(_ file: String) -> (map: KeyMap<Place, ScreenCommand>, problems: [String]) {
    var map = map
    var problems: [String] = []
    for (index, line) in file.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard let first = line.first(where: { $0 != " " }), first != "#" else { continue }
      do throws(KeysFailure) { map = try changed(map, by: line) } catch {
        problems.append("line \(index + 1): \(error.reason)")
      }
    }
    return (map, problems)
  }

  /// Why a line is not heeded.
  private struct KeysFailure: Error {
    var reason: String
  }

  private static func changed(
    _ map: KeyMap<Place, ScreenCommand>, by line: Substring
  ) throws(KeysFailure) -> KeyMap<Place, ScreenCommand> {
    let parts = line.split(separator: "=", maxSplits: 1)
    let name = parts.first.map { $0.trimmed } ?? ""
    guard parts.count == 2, !parts[1].trimmed.isEmpty else {
      throw KeysFailure(reason: "\(name): keys are written as \(name) = key, other key")
    }
    let ways = Substring(parts[1].trimmed).split(separator: ", ").map { notation($0.trimmed) }
    var isKnown = false
    var bindings = map.bindings
    for (place, binding) in bindings.enumerated() where binding.command.name == name {
      isKnown = true
      bindings[place] = Binding(ways, binding.places, binding.command, binding.summary)
      guard bindings[place].keys.count == ways.count else {
        throw KeysFailure(reason: "\(parts[1].trimmed): not all of it is keys")
      }
    }
    guard isKnown else { throw KeysFailure(reason: "\(name) is no command") }
    let changed = KeyMap(bindings)
    if let conflict = changed.conflicts.first { throw KeysFailure(reason: conflict) }
    return changed
  }

  /// Keys as the program reads them, of those written as manuals do: `Ctrl-X s` is `<C-x> s`.
  private static func notation(_ keys: String) -> String {
    keys.split(separator: " ").map { key in
      var rest = key
      var held = ""
      for (word, letter) in [("Ctrl-", "C-"), ("Alt-", "A-"), ("Shift-", "S-")] where rest.hasPrefix(word) {
        held += letter
        rest = rest.dropFirst(word.count)
      }
      return held.isEmpty ? String(key) : "<\(held)\(rest.count == 1 ? rest.lowercased() : String(rest))>"
    }.joined(separator: " ")
  }
}
