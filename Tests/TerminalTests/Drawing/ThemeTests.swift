import Glibc
import Terminal
import Testing

@Suite struct `A theme` {
  /// Grounds, each with the contrast that every role keeps on it.
  @Test(
    "can be read",
    arguments: [
      (Theme.Background.unknown, ColorDepth.full, 0xFFFFFF, 4.5), (.unknown, .full, 0x000000, 4.5),
      (.unknown, .full, 0x1E1E1E, 3.5), (.unknown, .full, 0xFDF6E3, 4.2), (.unknown, .indexed, 0xFFFFFF, 3.8),
      (.unknown, .indexed, 0x000000, 3.8), (.dark, .full, 0x000000, 5.5), (.dark, .full, 0x1E1E1E, 5.5),
      (.light, .full, 0xFFFFFF, 5.5), (.light, .full, 0xFDF6E3, 5.0), (.dark, .indexed, 0x1E1E1E, 5.0),
      (.light, .indexed, 0xFFFFFF, 5.0),
    ])
  func contrast(background: Theme.Background, depth: ColorDepth, ground: Int, least: Double) {
    let theme = Theme(background: background, depth: depth)
    for role in Theme.Role.allCases {
      let style = theme.style(role)
      #expect(style.background == .standard, "\(role)")
      guard let color = components(style.foreground) else { continue }
      let contrast = contrast(color, [ground >> 16 & 0xFF, ground >> 8 & 0xFF, ground & 0xFF])
      #expect(contrast >= least, "\(role): \(contrast)")
    }
  }

  @Test func `says nothing by colour alone`() {
    for depth in ColorDepth.allCases {
      let theme = Theme(depth: depth)
      #expect(theme.style(.error).attributes == .bold)
      #expect(theme.style(.selection) == Style(.reverse))
      #expect(theme.style(.searchHit) == Style([.reverse, .underline]))
      #expect(theme.style(.warning).attributes == (depth <= .sixteen ? .underline : []))
    }
    let plain = Theme(depth: .none)
    #expect(Theme.Role.allCases.allSatisfy { plain.style($0).foreground == .standard })
  }

  @Test func `leaves the 16 colours to those that every theme can show`() {
    for background in Theme.Background.allCases {
      let theme = Theme(background: background, depth: .sixteen)
      for role in Theme.Role.allCases {
        #expect(theme.style(role).limited(to: .sixteen) == theme.style(role), "\(role)")
      }
    }
    #expect(Theme(background: .dark, depth: .sixteen).style(.sent).foreground == .indexed(12))
    #expect(Theme(background: .light, depth: .sixteen).style(.sent).foreground == .indexed(4))
    #expect(Theme(background: .unknown, depth: .sixteen).style(.sent) == Style(.bold))
  }

  @Test(
    "knows dark grounds from light ones",
    arguments: [
      (0x000000, Theme.Background.dark), (0x1E1E2E, .dark), (0x002B36, .dark), (0xFFFFFF, .light), (0xFDF6E3, .light),
      (0xEEE8D5, .light),
    ])
  func background(ground: Int, background: Theme.Background) {
    #expect(
      Theme.Background(
        red: UInt8(ground >> 16), green: UInt8(ground >> 8 & 0xFF), blue: UInt8(ground & 0xFF)) == background)
  }

  /// WCAG 2's ratio.
  private func contrast(_ first: [Int], _ second: [Int]) -> Double {
    let values = [luminance(first), luminance(second)].sorted()
    return (values[1] + 0.05) / (values[0] + 0.05)
  }

  private func luminance(_ color: [Int]) -> Double {
    let linear = color.map { part in
      let part = Double(part) / 255
      return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }

  /// Red, green and blue; nil for the standard colour.
  private func components(_ color: Color) -> [Int]? {
    switch color {
    case .standard: return nil
    case .rgb(let red, let green, let blue): return [Int(red), Int(green), Int(blue)]
    case .indexed(let index) where index >= 232: return Array(repeating: 8 + 10 * (Int(index) - 232), count: 3)
    case .indexed(let index):
      let steps = [0, 95, 135, 175, 215, 255]
      let place = Int(index) - 16
      return [steps[place / 36], steps[place / 6 % 6], steps[place % 6]]
    }
  }
}
