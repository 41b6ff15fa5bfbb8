public import Bytes

/// Everything we write to a terminal that is not text: the part of ECMA-48 that all of them know, and private modes.
public enum ControlSequence: Hashable, Sendable {
  /// CUU, CUD, CUF, CUB: by so many rows or columns; nothing for 0.
  case cursorUp(Int), cursorDown(Int), cursorForward(Int), cursorBack(Int)
  /// CUP.
  case cursorTo(Point)
  /// CR: to the first column.
  case carriageReturn
  /// CR LF: to the first column of the next row; the screen scrolls at its end.
  case newLine
  /// EL: from the cursor to the row's end; the whole row.
  case eraseToEndOfLine, eraseLine
  /// ED: from the cursor to the screen's end; the whole screen.
  case eraseBelow, eraseScreen
  /// DECSTBM: only these rows scroll, at least two; the cursor goes home.
  case scrollRegion(Range<Int>)
  /// DECSTBM: all rows scroll; the cursor goes home.
  case wholeScreenScrolls
  /// RI: a row up; in the region's first row all of its rows move down.
  case reverseIndex
  /// SGR: exactly this style, as far as `depth` can show it.
  case style(Style, ColorDepth)
  /// SGR 0.
  case plainStyle
  /// DECSET, DECRST.
  case set(PrivateMode), reset(PrivateMode)
  /// DECSCUSR.
  case cursorShape(CursorShape)

  /// Mode 2026 on: what follows appears at once when it ends.
  public static let beginSynchronizedUpdate = ControlSequence.set(.synchronizedOutput)
  /// Mode 2026 off.
  public static let endSynchronizedUpdate = ControlSequence.reset(.synchronizedOutput)
}

/// A mode of DECSET and DECRST by its number.
public enum PrivateMode: Int, Hashable, Sendable, CaseIterable {
  /// A character in the last column makes the next one begin a new row.
  case autowrap = 7
  case cursorVisible = 25
  /// Presses, releases and the wheel.
  case mouseButtons = 1000
  /// Also moves while a button is held.
  case mouseDrags = 1002
  case focusEvents = 1004
  /// The mouse's columns and rows as decimal numbers.
  case mouseDecimal = 1006
  /// The wheel as arrow keys on the alternate screen.
  case alternateScroll = 1007
  /// A screen of its own, with the cursor kept.
  case alternateScreen = 1049
  case bracketedPaste = 2004
  case synchronizedOutput = 2026
  /// A grapheme cluster is one character, as wide as Unicode says.
  case clusters = 2027
  /// Tells when the theme becomes dark or light.
  case themeEvents = 2031
  /// A new size arrives as input.
  case inBandResize = 2048
}

/// How the cursor looks; never blinking but for the user's own.
public enum CursorShape: Int, Hashable, Sendable {
  /// As the user has it.
  case standard = 0
  case block = 2
  case underline = 4
  case bar = 6
}

extension ControlSequence {
  /// The bytes as text.
  public var string: String {
    switch self {
    case .cursorUp(let rows): Self.moved(rows, "A")
    case .cursorDown(let rows): Self.moved(rows, "B")
    case .cursorForward(let columns): Self.moved(columns, "C")
    case .cursorBack(let columns): Self.moved(columns, "D")
    case .cursorTo(let point): Self.position(point)
    case .carriageReturn: "\r"
    case .newLine: "\r\n"
    case .eraseToEndOfLine: "\u{1b}[K"
    case .eraseLine: "\u{1b}[2K"
    case .eraseBelow: "\u{1b}[J"
    case .eraseScreen: "\u{1b}[2J"
    case .scrollRegion(let rows): "\u{1b}[\(rows.lowerBound + 1);\(rows.upperBound)r"
    case .wholeScreenScrolls: "\u{1b}[r"
    case .reverseIndex: "\u{1b}M"
    case .style(let style, let depth): Self.rendition(["0"] + style.limited(to: depth).parameters)
    case .plainStyle: "\u{1b}[m"
    case .set(let mode): "\u{1b}[?\(mode.rawValue)h"
    case .reset(let mode): "\u{1b}[?\(mode.rawValue)l"
    case .cursorShape(let shape): "\u{1b}[\(shape.rawValue) q"
    }
  }

  /// SGR with `parameters`, in its shortest spelling.
  static func rendition(_ parameters: [String]) -> String {
    // An empty parameter is 0: `CSI m`, `CSI ;1m`.
    let spelled = parameters.first == "0" ? [""] + parameters.dropFirst() : parameters
    return "\u{1b}[" + spelled.joined(separator: ";") + "m"
  }

  /// A motion; 1 is what no number means.
  private static func moved(_ count: Int, _ letter: String) -> String {
    count > 1 ? "\u{1b}[\(count)\(letter)" : count == 1 ? "\u{1b}[\(letter)" : ""
  }

  private static func position(_ point: Point) -> String {
    switch (point.row, point.column) {
    case (0, 0): "\u{1b}[H"
    case (_, 0): "\u{1b}[\(point.row + 1)H"
    case (0, _): "\u{1b}[;\(point.column + 1)H"
    default: "\u{1b}[\(point.row + 1);\(point.column + 1)H"
    }
  }
}

extension ByteBuffer {
  /// Appends the bytes of `sequence`.
  public func append(_ sequence: ControlSequence) { append(sequence.string) }
}

extension Style {
  /// The parameters of SGR that make this style out of the plain one.
  var parameters: [String] {
    var all = attributeParameters.filter { attributes.contains($0.attribute) }.map(\.on)
    all += Self.parameters(foreground, base: 30)
    all += Self.parameters(background, base: 40)
    return all
  }

  /// The parameters that make this style out of `previous`, without a reset.
  func parameters(after previous: Style) -> [String] {
    var all = [String]()
    let removed = previous.attributes.subtracting(attributes)
    var added = attributes.subtracting(previous.attributes)
    for (attribute, _, off) in attributeParameters where removed.contains(attribute) && !all.contains(off) {
      all.append(off)
      // Bold and dim go out together: what stays is said again.
      if off == "22" { added.formUnion(attributes.intersection([.bold, .dim])) }
    }
    all += attributeParameters.filter { added.contains($0.attribute) }.map(\.on)
    if foreground != previous.foreground {
      all += foreground == .standard ? ["39"] : Self.parameters(foreground, base: 30)
    }
    if background != previous.background {
      all += background == .standard ? ["49"] : Self.parameters(background, base: 40)
    }
    return all
  }

  /// 38 and 48 with semicolons: the form with colons breaks old terminals.
  private static func parameters(_ color: Color, base: Int) -> [String] {
    switch color {
    case .standard: []
    case .indexed(let index) where index < 8: ["\(base + Int(index))"]
    case .indexed(let index) where index < 16: ["\(base + 60 + Int(index) - 8)"]
    case .indexed(let index): ["\(base + 8)", "5", "\(index)"]
    case .rgb(let red, let green, let blue): ["\(base + 8)", "2", "\(red)", "\(green)", "\(blue)"]
    }
  }
}

private let attributeParameters: [(attribute: Style.Attributes, on: String, off: String)] = [
  (.bold, "1", "22"), (.dim, "2", "22"), (.italic, "3", "23"), (.underline, "4", "24"), (.reverse, "7", "27"),
  (.strikethrough, "9", "29"),
]
