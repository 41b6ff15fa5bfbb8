/// How many colours the terminal shows.
public enum ColorDepth: Int, Comparable, CaseIterable, Sendable {
  /// None. Bold, underlined and reversed text stays.
  case none
  /// The 16 of the user's theme.
  case sixteen
  /// 256.
  case indexed
  /// Red, green and blue, 8 bits each.
  case full

  public static func < (first: ColorDepth, second: ColorDepth) -> Bool { first.rawValue < second.rawValue }
}

/// What the user says about colours, with `--color`.
public enum ColorChoice: Hashable, Sendable {
  /// As the environment says.
  case automatic
  /// Never, whatever the environment says.
  case never
  /// Always: as the environment says, and at least the 16.
  case always
  /// Exactly this.
  case exactly(ColorDepth)
}

extension ColorDepth {
  /// What the user and the environment say, the first that says something: the choice, `NO_COLOR`, `TERM=dumb`,
  /// `COLORTERM`, the end of `TERM`, its beginning; else 16 colours. A terminal's own answer may raise it later.
  public init(_ choice: ColorChoice = .automatic, environment: [String: String]) {
    switch choice {
    case .automatic: self = environment["NO_COLOR", default: ""].isEmpty ? Self(environment) : .none
    case .never: self = .none
    case .always: self = max(.sixteen, Self(environment))
    case .exactly(let depth): self = depth
    }
  }

  private init(_ environment: [String: String]) {
    let terminal = environment["TERM", default: ""]
    guard terminal != "dumb" else {
      self = .none
      return
    }
    let colors = environment["COLORTERM", default: ""]
    if colors == "truecolor" || colors == "24bit" || terminal.hasSuffix("-direct") {
      self = .full
    } else if Self.fullColorTerminals.contains(where: { terminal == $0 || terminal.hasPrefix($0 + "-") }) {
      self = .full
    } else if terminal.contains("256color") {
      self = .indexed
    } else {
      self = .sixteen
    }
  }

  /// Terminals with names of their own that have always shown all colours.
  private static let fullColorTerminals = [
    "alacritty", "contour", "foot", "wezterm", "xterm-ghostty", "xterm-kitty",
  ]
}
