/// What a control sequence from the terminal means.
enum ControlSequenceMeaning: Equatable {
  case event(InputEvent)
  case pasteBegins
  case unknown

  /// Reads what follows CSI.
  init(_ bytes: ArraySlice<UInt8>, isCursorReportAwaited: Bool) {
    self = .unknown
    guard let sequence = SequenceParameters(bytes) else { return }
    let event =
      switch sequence.mark {
      case nil: Self.unmarked(sequence, isCursorReportAwaited)
      case UInt8(ascii: "?"): Self.question(sequence).map { InputEvent.reply($0) }
      case UInt8(ascii: ">") where sequence.final == UInt8(ascii: "c") && sequence.intermediates.isEmpty:
        InputEvent.reply(.secondaryAttributes(sequence.numbers))
      case UInt8(ascii: "<"): Self.mouse(sequence).map { InputEvent.mouse($0) }
      default: nil as InputEvent?
      }
    if let event {
      self = .event(event)
    } else if sequence.mark == nil, sequence.final == UInt8(ascii: "~"), sequence.numbers == [200] {
      self = .pasteBegins
    }
  }

  private static func unmarked(_ sequence: SequenceParameters, _ isCursorReportAwaited: Bool) -> InputEvent? {
    if !sequence.intermediates.isEmpty { return nil }
    let numbers = sequence.numbers
    switch sequence.final {
    case UInt8(ascii: "I") where numbers.isEmpty: return .focus(true)
    case UInt8(ascii: "O") where numbers.isEmpty: return .focus(false)
    case UInt8(ascii: "R") where isCursorReportAwaited && numbers.count == 2:
      return .reply(.cursor(Point(column: max(numbers[1], 1) - 1, row: max(numbers[0], 1) - 1)))
    case UInt8(ascii: "t") where numbers.count >= 3 && numbers[0] == 48:
      return .resize(Size(columns: numbers[2], rows: numbers[1]))
    case UInt8(ascii: "n") where numbers == [0]: return .reply(.ready)
    default: return key(sequence).map { .key($0) }
    }
  }

  private static func key(_ sequence: SequenceParameters) -> Key? {
    let modifiers = Key.Modifiers(parameter: sequence.number(1) ?? 1)
    let phase = Key.Phase(parameter: sequence.number(1, 1) ?? 1)
    switch sequence.final {
    case UInt8(ascii: "~"):
      if sequence.number(0) == 27, let value = sequence.number(2) {
        return otherKey(value, modifiers)
      }
      return sequence.number(0).flatMap(KeySequence.numbered).map { Key($0, modifiers, phase: phase) }
    case UInt8(ascii: "u"):
      return sequence.number(0).flatMap {
        KeySequence.unicode($0, shifted: sequence.number(0, 1), modifiers, phase: phase)
      }
    case UInt8(ascii: "Z"): return Key(.tab, modifiers.union(.shift))
    // rxvt: what is held is in the last byte.
    case UInt8(ascii: "a")...UInt8(ascii: "d") where sequence.groups.isEmpty:
      return KeySequence.letter(sequence.final - 0x20).map { Key($0, .shift) }
    case UInt8(ascii: "$"): return numbered(sequence, .shift)
    case UInt8(ascii: "^"): return numbered(sequence, .control)
    case UInt8(ascii: "@"): return numbered(sequence, [.shift, .control])
    default: return letter(sequence, modifiers, phase)
    }
  }

  private static func numbered(_ sequence: SequenceParameters, _ modifiers: Key.Modifiers) -> Key? {
    guard sequence.groups.count == 1, let code = sequence.number(0).flatMap(KeySequence.numbered) else { return nil }
    return Key(code, modifiers)
  }

  /// `CSI A`, `CSI 1 ; 5 A` and the `CSI 5 A` of old terminals.
  private static func letter(_ sequence: SequenceParameters, _ modifiers: Key.Modifiers, _ phase: Key.Phase) -> Key? {
    guard let code = KeySequence.letter(sequence.final) else { return nil }
    let first = sequence.number(0) ?? 1
    switch sequence.groups.count {
    case 0: return Key(code)
    case 1 where code != .function(3): return Key(code, Key.Modifiers(parameter: first))
    case 2 where first <= 1: return Key(code, modifiers, phase: phase)
    default: return nil
    }
  }

  /// xterm's modifyOtherKeys tells the sign, not the key: Shift is in it already.
  private static func otherKey(_ value: Int, _ modifiers: Key.Modifiers) -> Key? {
    guard var key = KeySequence.unicode(value, modifiers) else { return nil }
    if case .character(let scalar) = key.code, !scalar.properties.isAlphabetic { key.modifiers.remove(.shift) }
    return key
  }

  private static func question(_ sequence: SequenceParameters) -> Reply? {
    let numbers = sequence.numbers
    switch (sequence.intermediates, sequence.final) {
    case ([], UInt8(ascii: "c")): return .primaryAttributes(numbers)
    case ([], UInt8(ascii: "u")) where numbers.count == 1: return .keyboard(numbers[0])
    case ([], UInt8(ascii: "n")) where numbers == [997, 1] || numbers == [997, 2]:
      return .theme(isDark: numbers[1] == 1)
    case ([UInt8(ascii: "$")], UInt8(ascii: "y")) where numbers.count == 2:
      return Reply.ModeState(rawValue: numbers[1]).map { .mode(numbers[0], $0) }
    default: return nil
    }
  }

  private static func mouse(_ sequence: SequenceParameters) -> Mouse? {
    let isRelease = sequence.final == UInt8(ascii: "m")
    let numbers = sequence.numbers
    guard isRelease || sequence.final == UInt8(ascii: "M"), numbers.count == 3, sequence.intermediates.isEmpty
    else { return nil }
    return mouse(bits: numbers[0], column: numbers[1], row: numbers[2], isRelease: isRelease)
  }

  /// The three bytes behind `CSI M`: of a terminal that does not know SGR's reports.
  static func legacyMouse(_ bytes: ArraySlice<UInt8>) -> ControlSequenceMeaning {
    let values = bytes.map { Int($0) - 32 }
    // Released is the fourth button here: which one is not told.
    let isRelease = values[0] >= 0 && values[0] & 0xC3 == 3 && values[0] & 0x20 == 0
    let bits = isRelease ? values[0] & ~3 : values[0]
    return mouse(bits: bits, column: values[1], row: values[2], isRelease: isRelease).map { .event(.mouse($0)) }
      ?? .unknown
  }

  private static func mouse(bits: Int, column: Int, row: Int, isRelease: Bool) -> Mouse? {
    guard (0..<256).contains(bits), column > 0, row > 0 else { return nil }
    // Shift, Meta (Alt on today's keyboards) and Control.
    var modifiers = Key.Modifiers()
    if bits & 4 != 0 { modifiers.insert(.shift) }
    if bits & 8 != 0 { modifiers.insert(.alt) }
    if bits & 16 != 0 { modifiers.insert(.control) }
    let low = bits & 3
    let action: Mouse.Action
    switch bits & 0xC0 {
    case 0x40:
      let directions: [Mouse.Direction] = [.up, .down, .left, .right]
      if isRelease { return nil }
      action = .scroll(directions[low])
    case 0x80: action = isRelease ? .release(.extra(8 + low)) : .press(.extra(8 + low))
    case 0:
      let buttons: [Mouse.Button] = [.left, .middle, .right]
      if low == 3 {
        guard bits & 0x20 != 0 else { return nil }
        action = .move
      } else if bits & 0x20 != 0 {
        action = .drag(buttons[low])
      } else {
        action = isRelease ? .release(buttons[low]) : .press(buttons[low])
      }
    default: return nil
    }
    return Mouse(action, at: Point(column: column - 1, row: row - 1), modifiers)
  }
}
