/// Turns what comes from a terminal into events: a state machine over bytes and time, without I/O.
///
/// Where the bytes are cut changes nothing but the cuts of a paste. Only time tells the Escape key from the beginning
/// of a sequence: call `expire` when `deadline` has passed and the terminal has nothing to read.
public struct InputDecoder: Sendable {
  /// The longest sequence that is kept; the rest of a longer one is dropped.
  public static let longestSequence = 4096
  /// After this silence a sequence that lacks its end is given up.
  public static let sequenceLimit = Duration.seconds(1)
  /// After this silence a paste that lacks its end is over.
  public static let pasteLimit = Duration.seconds(2)
  /// After this silence a paste without marks is over.
  public static let unmarkedPasteLimit = Duration.milliseconds(20)

  /// How long ESC is waited on before it is the Escape key; see `Capabilities.escapeDelay`.
  public var escapeDelay: Duration
  /// Whether the terminal has been told to send Escape as a sequence of its own (kitty's flag 1): then no ESC is a key
  /// by itself, and one that was cut off its sequence waits for the rest.
  public var hasKittyKeyboard = false

  /// Whether the terminal marks what is pasted. Where it does not, lines that come all at once are a paste.
  public var marksPastes = true

  private var state = State.ground
  /// The sequence so far, from its ESC on.
  private var held: [UInt8] = []
  private var character = UTF8Decoder()
  private var paste = PasteReader()
  private var pasteSilence = pasteLimit
  private var awaitedCursorReports = 0
  private var lastByte: ContinuousClock.Instant?

  /// A decoder at the beginning of its input.
  public init(escapeDelay: Duration = .milliseconds(25)) { self.escapeDelay = escapeDelay }

  /// A decoder at the beginning of the input of such a terminal.
  public init(_ capabilities: Capabilities) {
    self.init(escapeDelay: capabilities.escapeDelay)
    marksPastes = capabilities.marksPastes
  }

  private enum State {
    case ground
    /// Inside a character of several bytes; `held` is ESC or nothing.
    case character
    case escape
    /// Two ESC: Escape before something, or Alt with a key that is a sequence.
    case twoEscapes
    case controlSequence
    /// `CSI [`: a function key of Linux's console follows.
    case consoleKey
    /// `CSI M`: three bytes of X10's mouse report follow.
    case legacyMouse
    case singleShift
    /// OSC or DCS.
    case string
    case stringEscape
    /// The rest of what was too long.
    case longSequence
    case longString
    case longStringEscape
    case paste
  }

  /// When `expire` is due; nil while nothing waits.
  public var deadline: ContinuousClock.Instant? {
    guard let lastByte else { return nil }
    return switch state {
    case .ground: nil
    case .paste: lastByte + pasteSilence
    case .escape, .twoEscapes: lastByte + (hasKittyKeyboard ? Self.sequenceLimit : escapeDelay)
    // Alt-[, Alt-O, Alt-] and Alt-P begin like sequences too.
    case .controlSequence, .singleShift, .string:
      lastByte + (isIntroducer && !hasKittyKeyboard ? escapeDelay : Self.sequenceLimit)
    default: lastByte + Self.sequenceLimit
    }
  }

  /// A cursor report (CPR) has been asked for: until it or DA1 is here, `CSI 1 ; m R` is not F3.
  public mutating func expectCursorReport() { awaitedCursorReports += 1 }

  /// Takes bytes as they came; `emit` hears each event.
  public mutating func feed(
    _ bytes: Span<UInt8>, at now: ContinuousClock.Instant, _ emit: (InputEvent) -> Void
  ) {
    guard bytes.count > 0 else { return }
    lastByte = now
    if !marksPastes, state == .ground, isPaste(bytes) { beginPaste(silence: Self.unmarkedPasteLimit) }
    var index = 0
    while index < bytes.count {
      if state == .paste {
        index = paste.take(bytes, from: index)
        if paste.isComplete { endPaste(emit) }
      } else {
        take(bytes[index], emit)
        index += 1
      }
    }
    if state == .paste, let chunk = paste.chunk(isLast: false) { emit(.paste(chunk)) }
  }

  /// Decides what waits, if `deadline` has passed.
  public mutating func expire(at now: ContinuousClock.Instant, _ emit: (InputEvent) -> Void) {
    guard let deadline, now >= deadline else { return }
    switch state {
    case .escape: emit(.key(Key(.escape)))
    case .twoEscapes:
      emit(.key(Key(.escape)))
      emit(.key(Key(.escape)))
    case .controlSequence where isIntroducer, .singleShift where isIntroducer, .string where isIntroducer:
      if held.count == 3 { emit(.key(Key(.escape))) }
      emit(.key(.alt(Unicode.Scalar(held[held.count - 1]))))
    case .character: emit(.unknown(held + character.reset()))
    case .paste: return endPaste(emit)
    case .longSequence, .longString, .longStringEscape: break
    default: emit(.unknown(held))
    }
    toGround()
  }

  // MARK: The machine

  private mutating func take(_ byte: UInt8, _ emit: (InputEvent) -> Void) {
    switch state {
    case .ground: begin(byte, emit)
    case .character: continueCharacter(byte, emit)
    case .escape: afterEscape(byte, emit)
    case .twoEscapes: afterTwoEscapes(byte, emit)
    case .controlSequence: continueControlSequence(byte, emit)
    case .consoleKey, .singleShift: continueShort(byte, emit)
    case .legacyMouse:
      held.append(byte)
      if held.count == (isAlt ? 7 : 6) { finish(ControlSequenceMeaning.legacyMouse(held.suffix(3)), emit) }
    case .string: continueString(byte, emit)
    case .stringEscape:
      if byte == 0x5C { return finishString(emit) }
      give(up: held, emit)
      begin(0x1B, emit)
      take(byte, emit)
    case .longSequence: skipSequence(byte, emit)
    case .longString, .longStringEscape: skipString(byte, emit)
    case .paste: break
    }
  }

  private mutating func begin(_ byte: UInt8, _ emit: (InputEvent) -> Void) {
    switch byte {
    case 0x1B:
      held = [0x1B]
      state = .escape
    case 0...0x7F: emit(.key(.of(ascii: byte)))
    default:
      state = .character
      continueCharacter(byte, emit)
    }
  }

  private mutating func continueCharacter(_ byte: UInt8, _ emit: (InputEvent) -> Void) {
    switch character.take(byte) {
    case .needsMore: return
    case .scalar(let scalar):
      // C1 in UTF-8 is a control, and no keyboard's.
      if scalar.value < 0xA0 {
        emit(.unknown(held + Array(String(scalar).utf8)))
      } else {
        emit(.key(.character(scalar, held.isEmpty ? [] : .alt)))
      }
      toGround()
    case .invalid(let bytes):
      let wasFirst = bytes.last == byte && bytes.count == 1
      give(up: held + bytes, emit)
      if !wasFirst { take(byte, emit) }
    }
  }

  private mutating func afterEscape(_ byte: UInt8, _ emit: (InputEvent) -> Void) {
    held.append(byte)
    switch byte {
    case 0x1B: state = .twoEscapes
    case UInt8(ascii: "["): state = .controlSequence
    case UInt8(ascii: "O"): state = .singleShift
    case UInt8(ascii: "]"), UInt8(ascii: "P"): state = .string
    case 0...0x7F:
      var key = Key.of(ascii: byte)
      key.modifiers.insert(.alt)
      toGround()
      emit(.key(key))
    default:
      held = [0x1B]
      state = .character
      continueCharacter(byte, emit)
    }
  }

  private mutating func afterTwoEscapes(_ byte: UInt8, _ emit: (InputEvent) -> Void) {
    switch byte {
    case UInt8(ascii: "["), UInt8(ascii: "O"):
      held.append(byte)
      state = byte == UInt8(ascii: "[") ? .controlSequence : .singleShift
    default:
      emit(.key(Key(.escape)))
      held = [0x1B]
      state = .escape
      afterEscape(byte, emit)
    }
  }

  private mutating func continueControlSequence(_ byte: UInt8, _ emit: (InputEvent) -> Void) {
    guard (0x20...0x7E).contains(byte) else { return interrupt(byte, emit) }
    let isFirst = isIntroducer
    held.append(byte)
    switch byte {
    case UInt8(ascii: "[") where isFirst: state = .consoleKey
    case UInt8(ascii: "M") where isFirst: state = .legacyMouse
    case 0x40...0x7E: finishControlSequence(emit)
    // rxvt ends a key that is held with Shift so: `CSI 23 $`.
    case UInt8(ascii: "$") where held.dropFirst(introducerSize).dropLast().allSatisfy({ (0x30...0x39).contains($0) }):
      finishControlSequence(emit)
    default: if held.count >= Self.longestSequence { giveUpLong(.longSequence, emit) }
    }
  }

  /// What follows `CSI [` and SS3: one byte, after SS3 perhaps a digit before it.
  private mutating func continueShort(_ byte: UInt8, _ emit: (InputEvent) -> Void) {
    guard (0x20...0x7E).contains(byte) else { return interrupt(byte, emit) }
    let isDigit = (0x31...0x39).contains(byte) && isIntroducer && state == .singleShift
    held.append(byte)
    if isDigit { return }
    let tail = held.dropFirst(introducerSize)
    let key = state == .consoleKey ? KeySequence.console(byte) : KeySequence.singleShift(tail)
    finish(key.map { .event(.key($0)) } ?? .unknown, emit)
  }

  private mutating func continueString(_ byte: UInt8, _ emit: (InputEvent) -> Void) {
    switch byte {
    case 0x1B: state = .stringEscape
    case 0x07 where held[1] == UInt8(ascii: "]"): finishString(emit)
    case 0...0x1F: interrupt(byte, emit)
    default:
      held.append(byte)
      if held.count >= Self.longestSequence { giveUpLong(.longString, emit) }
    }
  }

  private mutating func skipSequence(_ byte: UInt8, _ emit: (InputEvent) -> Void) {
    switch byte {
    case 0x40...0x7E: toGround()
    case 0x20...0x3F: return
    default: interrupt(byte, emit)
    }
  }

  private mutating func skipString(_ byte: UInt8, _ emit: (InputEvent) -> Void) {
    switch (state, byte) {
    case (.longStringEscape, 0x5C), (.longString, 0x07): toGround()
    case (.longStringEscape, _):
      toGround()
      begin(0x1B, emit)
      take(byte, emit)
    case (_, 0x1B): state = .longStringEscape
    case (_, 0...0x1F): interrupt(byte, emit)
    default: return
    }
  }

  // MARK: Ends

  private mutating func finishControlSequence(_ emit: (InputEvent) -> Void) {
    let meaning = ControlSequenceMeaning(
      held.dropFirst(introducerSize), isCursorReportAwaited: awaitedCursorReports > 0)
    finish(meaning, emit)
  }

  private mutating func finishString(_ emit: (InputEvent) -> Void) {
    let replies = ReplyString.replies(held.dropFirst())
    if replies.isEmpty { return give(up: held, emit) }
    toGround()
    for reply in replies { emit(.reply(reply)) }
  }

  private mutating func finish(_ meaning: ControlSequenceMeaning, _ emit: (InputEvent) -> Void) {
    switch meaning {
    case .unknown: return give(up: held, emit)
    case .pasteBegins:
      if isAlt { emit(.key(Key(.escape))) }
      return beginPaste(silence: Self.pasteLimit)
    case .event(.key(var key)):
      if isAlt { key.modifiers.insert(.alt) }
      toGround()
      return emit(.key(key))
    case .event(let event):
      // Nobody holds Alt with a report: that was the Escape key before it.
      if isAlt { emit(.key(Key(.escape))) }
      if case .reply(.cursor) = event { awaitedCursorReports -= 1 }
      if case .reply(.primaryAttributes) = event { awaitedCursorReports = 0 }
      toGround()
      emit(event)
    }
  }

  /// Nobody types two lines between two looks.
  private func isPaste(_ bytes: Span<UInt8>) -> Bool {
    var lines = 0
    for index in bytes.indices {
      if bytes[index] == 0x1B { return false }
      if bytes[index] == 0x0D { lines += 1 }
    }
    return lines >= 2
  }

  private mutating func beginPaste(silence: Duration) {
    held = []
    paste = PasteReader()
    pasteSilence = silence
    state = .paste
  }

  private mutating func endPaste(_ emit: (InputEvent) -> Void) {
    if let chunk = paste.chunk(isLast: true) { emit(.paste(chunk)) }
    toGround()
  }

  /// A byte that has no place in the sequence ends it. CAN and SUB are part of that end.
  private mutating func interrupt(_ byte: UInt8, _ emit: (InputEvent) -> Void) {
    let isCancel = byte == 0x18 || byte == 0x1A
    switch state {
    case .longSequence, .longString: toGround()
    default: give(up: isCancel ? held + [byte] : held, emit)
    }
    if !isCancel { begin(byte, emit) }
  }

  private mutating func give(up bytes: [UInt8], _ emit: (InputEvent) -> Void) {
    toGround()
    emit(.unknown(bytes))
  }

  private mutating func giveUpLong(_ rest: State, _ emit: (InputEvent) -> Void) {
    emit(.unknown(held))
    held = []
    state = rest
  }

  private mutating func toGround() {
    state = .ground
    held = []
  }

  private var isAlt: Bool { held.count > 1 && held[1] == 0x1B }
  private var introducerSize: Int { isAlt ? 3 : 2 }
  /// Whether nothing has followed `ESC [`, `ESC O`, `ESC ]` or `ESC P`.
  private var isIntroducer: Bool { held.count == introducerSize }
}
