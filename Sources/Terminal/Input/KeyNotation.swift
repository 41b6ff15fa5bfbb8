// How keys are written for people: `j`, `Enter`, `<C-r>`, `<A-S-Up>`, and in a row `j j Enter <C-r> <paste:text>`.

extension Key: CustomStringConvertible {
  /// The key as `init(notation:)` reads it. A release or repeat reads like the press.
  public var description: String {
    let name = name
    let held = Self.letters.filter { modifiers.contains($0.modifier) }.map { "\($0.letter)-" }.joined()
    if held.isEmpty { return name == "<" ? "<lt>" : name }
    return "<\(held)\(name == "<" ? "lt" : name)>"
  }

  /// Reads a key: a character, a name (`Enter`, `Esc`, `F5`, `PageUp`, `Space`, `lt` for `<`), or `<…>` around either
  /// with what is held before it: `S-` Shift, `C-` Control, `A-` or `M-` Alt, `D-` Super. Names may be in any case.
  public init?(notation: String) {
    guard notation.hasPrefix("<"), notation.hasSuffix(">"), notation.count > 2 else {
      guard let key = Self.named(notation) else { return nil }
      self = key
      return
    }
    var rest = notation.dropFirst().dropLast()
    var modifiers = Modifiers()
    while rest.count > 2, rest.dropFirst().first == "-",
      let modifier = Self.modifier(rest[rest.startIndex])
    {
      modifiers.insert(modifier)
      rest = rest.dropFirst(2)
    }
    guard var key = Self.named(String(rest)) else { return nil }
    if case .character(let scalar) = key.code, let sent = KeySequence.unicode(Int(scalar.value), modifiers) {
      // As a terminal sends it: Shift in the character, Control with the small letter.
      self = sent
    } else {
      key.modifiers = modifiers
      self = key
    }
  }

  private static let letters: [(letter: Character, modifier: Modifiers)] = [
    ("D", .super), ("H", .hyper), ("T", .meta), ("C", .control), ("A", .alt), ("S", .shift),
  ]

  private static func modifier(_ letter: Character) -> Modifiers? {
    letter == "M" ? .alt : letters.first { $0.letter == letter }?.modifier
  }

  private static let names: [(name: String, code: Code)] = [
    ("Enter", .enter), ("Tab", .tab), ("Backspace", .backspace), ("Esc", .escape), ("Up", .up), ("Down", .down),
    ("Left", .left), ("Right", .right), ("Home", .home), ("End", .end), ("PageUp", .pageUp), ("PageDown", .pageDown),
    ("Insert", .insert), ("Delete", .delete), ("Begin", .begin), ("Menu", .menu), ("Space", .character(" ")),
    ("lt", .character("<")), ("Escape", .escape), ("PgUp", .pageUp), ("PgDn", .pageDown),
  ]

  private var name: String {
    switch code {
    case .character(" "): "Space"
    case .character(let scalar): String(Character(scalar))
    case .function(let number): "F\(number)"
    default: Self.names.first { $0.code == code }?.name ?? ""
    }
  }

  private static func named(_ name: String) -> Key? {
    if name.unicodeScalars.count == 1, let scalar = name.unicodeScalars.first {
      return scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) ? nil : Key(.character(scalar))
    }
    if let known = names.first(where: { $0.name.lowercased() == name.lowercased() }) { return Key(known.code) }
    guard name.first == "F" || name.first == "f", let number = Int(name.dropFirst()), (1...35).contains(number)
    else { return nil }
    return Key(.function(number))
  }
}

/// Says where a row of keys cannot be read.
public struct KeyNotationFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The word that is no key.
  public var word: String
  public var description: String { "\"\(word)\" is no key" }
}

extension InputEvent {
  /// Reads keys parted by blanks: `h i Enter <C-r> <paste:two words>`. A word that is no key's name and does not begin
  /// with `<` is typed, character by character.
  public static func events(notation: String) throws(KeyNotationFailure) -> [InputEvent] {
    var events = [InputEvent]()
    var rest = Substring(notation)
    while true {
      rest = rest.drop { $0 == " " }
      if rest.isEmpty { return events }
      if rest.hasPrefix("<paste:") {
        guard let end = rest.firstIndex(of: ">") else { throw KeyNotationFailure(word: String(rest)) }
        events.append(.paste(PasteChunk(String(rest[..<end].dropFirst(7)))))
        rest = rest[rest.index(after: end)...]
        continue
      }
      let word = rest.prefix { $0 != " " }
      rest = rest[word.endIndex...]
      if let key = Key(notation: String(word)) {
        events.append(.key(key))
      } else if !word.hasPrefix("<") {
        events += word.unicodeScalars.map { .key(.character($0)) }
      } else {
        throw KeyNotationFailure(word: String(word))
      }
    }
  }
}
