public import Terminal

/// What a screen shows, as text to compare with.
public enum Snapshot {
  /// The rows without the blanks at their ends; with `styles`, also a map with one letter for each look and what the
  /// letters mean. A dot is the plain style, a blank a cell with nothing to see.
  public static func of(_ screen: Screen, styles: Bool = false) -> String {
    var lines = rows(of: screen) { screen.text(at: $0) }
    if styles { lines += ["", "styles:"] + map(of: screen) }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func map(of screen: Screen) -> [String] {
    var letters: [Style: String] = [.plain: "."]
    var legend: [String] = []
    let lines = rows(of: screen) { point in
      let style = screen.style(at: point)
      if style == .plain, screen.text(at: point) == " " { return " " }
      if let letter = letters[style] { return letter }
      let letter = String(Unicode.Scalar(UInt8(ascii: "a") + UInt8(min(letters.count - 1, 25))))
      letters[style] = letter
      legend.append("\(letter) = \(describe(style))")
      return letter
    }
    return lines + legend
  }

  private static func rows(of screen: Screen, _ text: (Point) -> String) -> [String] {
    (0..<screen.size.rows).map { row in
      let row = (0..<screen.size.columns).map { text(Point(column: $0, row: row)) }.joined()
      return String(row.prefix(row.count - row.reversed().prefix { $0 == " " }.count))
    }
  }

  private static func describe(_ style: Style) -> String {
    let names: [(Style.Attributes, String)] = [
      (.bold, "bold"), (.dim, "dim"), (.italic, "italic"), (.underline, "underline"), (.reverse, "reverse"),
      (.strikethrough, "strikethrough"),
    ]
    var words = names.filter { style.attributes.contains($0.0) }.map(\.1)
    if style.foreground != .standard { words.append(describe(style.foreground)) }
    if style.background != .standard { words.append("on " + describe(style.background)) }
    return words.isEmpty ? "plain" : words.joined(separator: " ")
  }

  private static func describe(_ color: Color) -> String {
    switch color {
    case .standard: "standard"
    case .indexed(let index): "\(index)"
    case .rgb(let red, let green, let blue):
      "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
  }
}
