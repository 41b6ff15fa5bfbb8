/// What keys do in one place of a program, in words for people: a row of its key table.
public struct KeyBinding<Place: Hashable & Sendable, Command: Sendable>: Sendable {
  /// The keys, each way to say it a row of keys that follow one another; the first is the one to show.
  public var keys: [[Key]]
  public var places: Set<Place>
  public var command: Command
  /// What it does, in a few words.
  public var summary: String

  /// - Parameter notation: the ways, each written as `KeyNotation` has it: `["j", "Down"]`, `["g g"]`. A way that
  ///   cannot be read is left out.
  public init(_ notation: [String], _ places: Set<Place>, _ command: Command, _ summary: String) {
    keys = notation.compactMap { way in
      let keys = way.split(separator: " ").map { Key(notation: String($0)) }
      return keys.contains(nil) || keys.isEmpty ? nil : keys.compactMap { $0 }
    }
    self.places = places
    self.command = command
    self.summary = summary
  }

  /// The first way, for people: `j`, `g g`, `<C-x> s`.
  public var shown: String { keys.first.map(Self.shown) ?? "" }

  /// All ways, for people.
  public var allShown: String { keys.map(Self.shown).joined(separator: ", ") }

  /// Keys as people write them: `Ctrl-X s`, `Down`, `Alt-Enter`.
  public static func shown(_ keys: [Key]) -> String { keys.map(\.spelled).joined(separator: " ") }
}

extension Key {
  /// The key as manuals write it: `Ctrl-X`, `Shift-Tab`, `j`.
  public var spelled: String {
    let held = [(Modifiers.control, "Ctrl-"), (.alt, "Alt-"), (.shift, "Shift-"), (.super, "Super-")]
      .filter { modifiers.contains($0.0) }.map(\.1).joined()
    let bare = Key(code).description
    let name = bare == "<lt>" ? "<" : bare
    return held + (modifiers.contains(.control) && name.count == 1 ? name.uppercased() : name)
  }
}

/// The key table of a program: dispatch, hints, help and manual read the same one.
public struct KeyMap<Place: Hashable & Sendable, Command: Sendable>: Sendable {
  public let bindings: [KeyBinding<Place, Command>]
  private let commands: [Place: [[Key]: Int]]

  /// What keys mean so far.
  public enum Match {
    case command(Command)
    /// They begin several commands.
    case prefix
    case none
  }

  public init(_ bindings: [KeyBinding<Place, Command>]) {
    self.bindings = bindings
    var commands: [Place: [[Key]: Int]] = [:]
    for (index, binding) in bindings.enumerated() {
      for place in binding.places {
        for keys in binding.keys where commands[place]?[keys] == nil { commands[place, default: [:]][keys] = index }
      }
    }
    self.commands = commands
  }

  /// What `keys`, one after the other, mean in `place`.
  public func match(_ keys: [Key], in place: Place) -> Match {
    guard let table = commands[place] else { return .none }
    if let index = table[keys] { return .command(bindings[index].command) }
    let isPrefix = table.keys.contains { $0.count > keys.count && $0.starts(with: keys) }
    return isPrefix ? .prefix : .none
  }

  /// What may follow `keys` in `place`, and what it does, in the table's order.
  public func continuations(of keys: [Key], in place: Place) -> [(keys: [Key], summary: String)] {
    bindings.filter { $0.places.contains(place) }.flatMap { binding in
      binding.keys.filter { $0.count > keys.count && $0.starts(with: keys) }
        .map { (Array($0.dropFirst(keys.count)), binding.summary) }
    }
  }

  /// Keys that mean two things in one place, for a test.
  public var conflicts: [String] {
    var seen: [Place: [[Key]: String]] = [:]
    var found: [String] = []
    for binding in bindings {
      for place in binding.places {
        for keys in binding.keys {
          if let other = seen[place]?[keys] {
            found.append("\(place): \(KeyBinding<Place, Command>.shown(keys)): \(other) and \(binding.summary)")
          }
          seen[place, default: [:]][keys] = binding.summary
        }
      }
    }
    for (place, table) in seen {
      for keys in table.keys where keys.count > 1 && table[Array(keys.dropLast())] != nil {
        found.append("\(place): \(KeyBinding<Place, Command>.shown(keys)) cannot be reached")
      }
    }
    return found.sorted()
  }
}
