import Bytes

/// All that a terminal can be asked to do otherwise than at first, as one value. The terminal itself is changed by the
/// difference of two of them.
public struct Modes: Hashable, Sendable {
  /// Keys arrive one by one, unechoed, with no signals for some of them; a newline only moves down.
  public var isRaw = false
  /// A screen of its own (1049), which goes with what is on it.
  public var alternateScreen = false
  /// The cursor shows (25).
  public var cursorVisible = true
  /// What the cursor looks like (DECSCUSR).
  public var cursorShape = CursorShape.standard
  /// A character in the last column makes the next one begin a new row (7).
  public var autowrap = true
  /// Pastes are marked (2004).
  public var bracketedPaste = false
  /// What of the mouse is told (1000 or 1002, with 1006).
  public var mouse = Mouse.none
  /// The wheel sends arrow keys on the alternate screen (1007).
  public var alternateScroll = false
  /// The window's focus is told (1004).
  public var focusEvents = false
  /// Changes to a dark or light theme are told (2031).
  public var themeEvents = false
  /// Changes of size arrive as input (2048).
  public var inBandResize = false
  /// Clusters are as wide as Unicode says (2027).
  public var clusters = false
  /// Keys that old encodings mix up are told apart (kitty's flag 1).
  public var kittyKeyboard = false

  /// What of the mouse is told.
  public enum Mouse: Hashable, Sendable {
    /// Nothing: the terminal's own selection works.
    case none
    /// Presses, releases and the wheel.
    case buttons
    /// Also moves while a button is held.
    case drags
  }

  private init() {}

  /// As a shell leaves the terminal to its programs.
  public static let plain = Modes()

  /// For a line editor on the main screen.
  public static let line: Modes = {
    var modes = Modes()
    (modes.isRaw, modes.bracketedPaste) = (true, true)
    (modes.inBandResize, modes.clusters, modes.kittyKeyboard) = (true, true, true)
    return modes
  }()

  /// For an application that has the whole screen.
  public static let fullScreen: Modes = {
    var modes = line
    (modes.alternateScreen, modes.alternateScroll, modes.autowrap) = (true, true, false)
    (modes.focusEvents, modes.themeEvents) = (true, true)
    return modes
  }()

  /// The same without what the terminal has not said it knows.
  public func limited(to capabilities: Capabilities) -> Modes {
    var modes = self
    modes.clusters = clusters && capabilities.clusters
    modes.kittyKeyboard = kittyKeyboard && capabilities.kittyKeyboard
    modes.inBandResize = inBandResize && capabilities.inBandResize
    return modes
  }
}

extension Modes {
  /// What makes these modes out of `old`; `isRaw` is no matter of bytes.
  public func sequence(from old: Modes) -> String {
    let isOtherScreen = alternateScreen != old.alternateScreen
    var output = ""
    // Off first, and last of all the screen. Each screen has keyboard flags of its own: they go where they came.
    for (mode, key) in Self.switches.reversed() where old[keyPath: key] && !self[keyPath: key] {
      output += ControlSequence.reset(mode).string
    }
    if mouse != old.mouse {
      output += old.mouse.privateModes.reversed().map { ControlSequence.reset($0).string }.joined()
    }
    if old.kittyKeyboard && (!kittyKeyboard || isOtherScreen) { output += "\u{1b}[<u" }
    if old.alternateScroll && !alternateScroll { output += Self.restoreAlternateScroll }
    if autowrap && !old.autowrap { output += ControlSequence.set(.autowrap).string }
    if cursorShape != old.cursorShape { output += ControlSequence.cursorShape(cursorShape).string }
    if isOtherScreen { output += ControlSequence(alternateScreen, .alternateScreen).string }
    if cursorVisible && !old.cursorVisible { output += ControlSequence.set(.cursorVisible).string }

    if !cursorVisible && old.cursorVisible { output += ControlSequence.reset(.cursorVisible).string }
    if !autowrap && old.autowrap { output += ControlSequence.reset(.autowrap).string }
    if alternateScroll && !old.alternateScroll { output += Self.setAlternateScroll }
    if kittyKeyboard && (!old.kittyKeyboard || isOtherScreen) { output += "\u{1b}[>1u" }
    if mouse != old.mouse { output += mouse.privateModes.map { ControlSequence.set($0).string }.joined() }
    for (mode, key) in Self.switches where self[keyPath: key] && !old[keyPath: key] {
      output += ControlSequence.set(mode).string
    }
    return output
  }

  /// What gives the terminal back, also from the middle of a frame.
  public var undoing: String {
    ControlSequence.endSynchronizedUpdate.string + ControlSequence.plainStyle.string
      + Modes.plain.sequence(from: self)
      // A frame cut short may have hidden it.
      + (cursorVisible ? ControlSequence.set(.cursorVisible).string : "")
  }

  /// Modes that are on or off and nothing else.
  private static var switches: [(PrivateMode, KeyPath<Modes, Bool>)] {
    [
      (.clusters, \.clusters), (.inBandResize, \.inBandResize), (.themeEvents, \.themeEvents),
      (.bracketedPaste, \.bracketedPaste), (.focusEvents, \.focusEvents),
    ]
  }

  /// Many terminals have 1007 on from the start, and `less` needs it after us: it is kept and put back (XTSAVE,
  /// XTRESTORE). Those that do not know that have it always on.
  private static let setAlternateScroll = "\u{1b}[?1007s\u{1b}[?1007h"
  private static let restoreAlternateScroll = "\u{1b}[?1007r"
}

extension Modes.Mouse {
  fileprivate var privateModes: [PrivateMode] {
    switch self {
    case .none: []
    case .buttons: [.mouseButtons, .mouseDecimal]
    case .drags: [.mouseDrags, .mouseDecimal]
    }
  }
}

extension ControlSequence {
  fileprivate init(_ isOn: Bool, _ mode: PrivateMode) { self = isOn ? .set(mode) : .reset(mode) }
}
