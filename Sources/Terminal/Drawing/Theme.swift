/// How what means something looks. Nothing is told by colour alone, and no ground is painted but by reversing, so that
/// the user's own theme stays whole.
public struct Theme: Hashable, Sendable {
  public var background: Background
  public var depth: ColorDepth

  /// What the terminal's ground is like.
  public enum Background: Hashable, Sendable, CaseIterable {
    /// Colours that can be read on black and on white.
    case unknown
    case dark, light

    /// Of the ground's colour, as a terminal tells it.
    public init(red: UInt8, green: UInt8, blue: UInt8) {
      let lightness = 0.2126 * Double(red) + 0.7152 * Double(green) + 0.0722 * Double(blue)
      self = lightness > 128 ? .light : .dark
    }
  }

  /// What a text is.
  public enum Role: Hashable, Sendable, CaseIterable {
    case sent, received
    /// Ping, pong, close.
    case control
    /// Bytes that are no text.
    case binary
    case warning, error
    /// Times, hints, borders.
    case quiet
    /// What names a part of the screen, or is active.
    case title
    case jsonKey, jsonString, jsonNumber
    /// `true`, `false`, `null`.
    case jsonLiteral
    /// The selected row.
    case selection
    /// What a search found.
    case searchHit
  }

  public init(background: Background = .unknown, depth: ColorDepth) {
    self.background = background
    self.depth = depth
  }

  /// How text of `role` looks.
  public func style(_ role: Role) -> Style {
    switch role {
    case .sent: Style(foreground: color(.blue), depth == .sixteen && background == .unknown ? .bold : [])
    case .received, .jsonString: Style(foreground: color(.green))
    case .control: Style(foreground: color(.violet))
    case .binary, .jsonNumber: Style(foreground: color(.teal))
    case .warning: Style(foreground: color(.amber), depth <= .sixteen ? .underline : [])
    case .error: Style(foreground: color(.red), .bold)
    case .quiet: Style(foreground: color(.grey))
    case .title: Style(.bold)
    case .jsonKey: Style(foreground: color(.blue))
    case .jsonLiteral: Style(foreground: color(.violet))
    case .selection: Style(.reverse)
    case .searchHit: Style([.reverse, .underline])
    }
  }

  private func color(_ hue: Hue) -> Color {
    let shades = hue.shades
    switch (depth, background) {
    case (.none, _): return .standard
    case (.sixteen, _): return hue.sixteen(on: background)
    case (.indexed, .unknown): return .indexed(shades.unknownIndex)
    case (.indexed, .dark): return shades.dark.limited(to: .indexed)
    case (.indexed, .light): return shades.light.limited(to: .indexed)
    case (.full, .unknown): return shades.unknown
    case (.full, .dark): return shades.dark
    case (.full, .light): return shades.light
    }
  }
}

/// A colour in the shades that grounds ask for.
private enum Hue {
  case blue, green, violet, teal, amber, red, grey

  struct Shades {
    /// On an unknown ground: as far from black as from white.
    var unknown: Color
    var unknownIndex: UInt8
    var dark: Color
    var light: Color
  }

  var shades: Shades {
    switch self {
    case .blue: Shades(unknown: .hex(0x126FF3), unknownIndex: 27, dark: .hex(0x6CB6FF), light: .hex(0x0B57D0))
    case .green: Shades(unknown: .hex(0x07883D), unknownIndex: 29, dark: .hex(0x7EE787), light: .hex(0x116329))
    case .violet: Shades(unknown: .hex(0xA448E4), unknownIndex: 134, dark: .hex(0xD2A8FF), light: .hex(0x6F42C1))
    case .teal: Shades(unknown: .hex(0x07818D), unknownIndex: 30, dark: .hex(0x76E3EA), light: .hex(0x0B6169))
    case .amber: Shades(unknown: .hex(0x9B6B27), unknownIndex: 130, dark: .hex(0xF0B429), light: .hex(0x8A5A00))
    case .red: Shades(unknown: .hex(0xD04343), unknownIndex: 131, dark: .hex(0xFF8A80), light: .hex(0xB3261E))
    case .grey: Shades(unknown: .hex(0x757575), unknownIndex: 243, dark: .hex(0x9AA4AE), light: .hex(0x59636E))
    }
  }

  /// Among the 16, which look as the user likes: only those that can be read in every theme.
  func sixteen(on background: Theme.Background) -> Color {
    switch (self, background) {
    case (.blue, .dark): .indexed(12)
    case (.blue, .light): .indexed(4)
    case (.green, _): .indexed(2)
    case (.violet, _): .indexed(5)
    case (.red, _): .indexed(1)
    default: .standard
    }
  }
}

extension Color {
  /// Of a number such as `0x126FF3`.
  fileprivate static func hex(_ value: UInt32) -> Color {
    .rgb(UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF))
  }
}
