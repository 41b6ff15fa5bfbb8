/// A colour of text or ground.
public enum Color: Hashable, Sendable {
  /// The terminal's own.
  case standard
  /// One of 256: 0 to 7 and their bright forms 8 to 15, which the user's theme decides, a cube from 16, greys from 232.
  case indexed(UInt8)
  /// Red, green, blue.
  case rgb(UInt8, UInt8, UInt8)
}

extension Color {
  /// The nearest colour that a terminal of `depth` can show.
  ///
  /// Never one of the 16 by distance: what they look like is the user's choice, and blue on black is unreadable in many
  /// themes. A role has its own among the 16 (see `Theme`); every other colour becomes the standard one.
  public func limited(to depth: ColorDepth) -> Color {
    switch (self, depth) {
    case (_, .none): .standard
    case (.rgb(let red, let green, let blue), .indexed): .indexed(Self.nearest(red, green, blue))
    case (.rgb, .sixteen): .standard
    case (.indexed(let index), .sixteen) where index > 15: .standard
    default: self
    }
  }

  /// The steps of the cube in each of red, green and blue, as xterm has them.
  private static let steps: [Int] = [0, 95, 135, 175, 215, 255]

  /// The nearest by squared distance in the cube and the ramp of greys.
  private static func nearest(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
    let wanted = [Int(red), Int(green), Int(blue)]
    let places = wanted.map { value in steps.indices.min { abs(steps[$0] - value) < abs(steps[$1] - value) } ?? 0 }
    let cube = squaredDistance(wanted, places.map { steps[$0] })
    let step = max(0, min(23, (wanted.reduce(0, +) / 3 - 3) / 10))
    let grey = squaredDistance(wanted, Array(repeating: 8 + 10 * step, count: 3))
    return UInt8(grey < cube ? 232 + step : 16 + 36 * places[0] + 6 * places[1] + places[2])
  }

  private static func squaredDistance(_ first: [Int], _ second: [Int]) -> Int {
    zip(first, second).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }
}
