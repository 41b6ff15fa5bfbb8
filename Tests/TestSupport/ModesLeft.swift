/// What a terminal is left with after it got `text`: the modes that are not as they were.
public struct ModesLeft: CustomStringConvertible {
  public private(set) var modes: Set<String> = []

  public var isEmpty: Bool { modes.isEmpty }
  public var description: String { modes.sorted().joined(separator: " ") }

  public init(_ text: String) {
    for piece in text.unicodeScalars.split(separator: "\u{1b}").dropFirst(text.hasPrefix("\u{1b}") ? 0 : 1)
    where piece.first == "[" {
      let parameters = piece.dropFirst().prefix { (0x20...0x3F).contains($0.value) }
      guard let final = piece.dropFirst(parameters.count + 1).first else { continue }
      note(
        mark: parameters.first,
        number: String(String.UnicodeScalarView(parameters.filter { (0x30...0x39).contains($0.value) })), final: final)
    }
  }

  private mutating func note(mark: Unicode.Scalar?, number: String, final: Unicode.Scalar) {
    switch (mark, final) {
    case ("?", "h"), ("?", "l"): set("?\(number)", isOdd: ["7", "25"].contains(number) != (final == "h"))
    // XTRESTORE, after XTSAVE.
    case ("?", "r"): set("?\(number)", isOdd: false)
    case (">", "u"): set("keyboard", isOdd: true)
    // What was not pushed by us is somebody else's.
    case ("<", "u"): set("keyboard", isOdd: !modes.contains("keyboard"))
    case (_, "q") where mark != ">": set("cursor shape", isOdd: number != "0")
    case (_, "m"): set("style", isOdd: !(number.isEmpty || number == "0"))
    default: break
    }
  }

  private mutating func set(_ mode: String, isOdd: Bool) {
    if isOdd { modes.insert(mode) } else { modes.remove(mode) }
  }
}
