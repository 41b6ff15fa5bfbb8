/// A style by its number; equal numbers are equal looks.
struct StyleID: BitwiseCopyable, Hashable, Sendable {
  let value: UInt16

  static let plain = StyleID(value: 0)
}

/// What text is drawn in.
struct Ink {
  var style: StyleID
  /// A blank without a line through or a ground looks the same in each style: it is always the plain one.
  var blank: StyleID
}

/// The styles that were drawn, as far as the terminal can show them.
struct StylePool {
  let depth: ColorDepth
  private var styles: [Style] = [.plain]
  /// By the styles as they were asked for, so that each is brought down to the depth once.
  private var ids: [Style: StyleID] = [.plain: .plain]
  /// Neighbouring texts mostly look the same.
  private var last: (style: Style, id: StyleID) = (.plain, .plain)

  init(depth: ColorDepth) { self.depth = depth }

  /// How many styles are kept.
  var count: Int { ids.count }

  /// The number of `style`; what is beyond the 65,536th is shown plain.
  mutating func id(of style: Style) -> StyleID {
    if last.style == style { return last.id }
    let id = ids[style] ?? add(style)
    last = (style, id)
    return id
  }

  private mutating func add(_ style: Style) -> StyleID {
    let limited = style.limited(to: depth)
    if let id = ids[limited] {
      ids[style] = id
      return id
    }
    guard let value = UInt16(exactly: styles.count) else { return .plain }
    let id = StyleID(value: value)
    styles.append(limited)
    ids[limited] = id
    ids[style] = id
    return id
  }

  /// What text of `style` is drawn in.
  mutating func ink(of style: Style) -> Ink {
    let id = id(of: style)
    return Ink(style: id, blank: leavesBlanks(id) ? .plain : id)
  }

  /// The style of `id`, as the terminal shows it.
  func style(of id: StyleID) -> Style { styles[Int(id.value)] }

  /// Whether a blank of this style looks like one of the plain style.
  func leavesBlanks(_ id: StyleID) -> Bool {
    let style = styles[Int(id.value)]
    return style.background == .standard && style.attributes.isDisjoint(with: [.underline, .reverse, .strikethrough])
  }
}
