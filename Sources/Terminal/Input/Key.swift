/// A key, as far as terminals tell keys apart.
///
/// Never told apart: Ctrl-I and Tab, Ctrl-M and Enter, Ctrl-[ and Escape, Ctrl-H and Backspace. Shift with a character
/// is the other character: `A`, not Shift-a.
public struct Key: Hashable, Sendable {
  public var code: Code
  public var modifiers: Modifiers
  /// Always `press` unless the terminal was asked to tell more.
  public var phase: Phase

  public init(_ code: Code, _ modifiers: Modifiers = [], phase: Phase = .press) {
    self.code = code
    self.modifiers = modifiers
    self.phase = phase
  }

  /// What the key is called.
  public enum Code: Hashable, Sendable {
    /// A letter, digit, sign or mark. A character of many scalars arrives as a key for each. With Control it is the
    /// small letter.
    case character(Unicode.Scalar)
    case enter, tab, backspace, escape
    case up, down, left, right
    case home, end, pageUp, pageDown, insert, delete
    /// The middle of the number pad, without number lock.
    case begin
    /// F1 to F35.
    case function(Int)
    case menu
  }

  /// What is held with it.
  public struct Modifiers: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    // The bits of xterm's and kitty's parameter, less one.
    public static let shift = Modifiers(rawValue: 1)
    public static let alt = Modifiers(rawValue: 2)
    public static let control = Modifiers(rawValue: 4)
    public static let `super` = Modifiers(rawValue: 8)
    public static let hyper = Modifiers(rawValue: 16)
    public static let meta = Modifiers(rawValue: 32)
  }

  public enum Phase: Hashable, Sendable {
    case press, `repeat`, release
  }

  /// What it writes where text is typed; nil if it means something else than its character.
  public var text: String? {
    guard case .character(let scalar) = code, modifiers.isSubset(of: .shift), phase != .release else { return nil }
    return String(Character(scalar))
  }

  /// The key of a character.
  public static func character(_ scalar: Unicode.Scalar, _ modifiers: Modifiers = []) -> Key {
    Key(.character(scalar), modifiers)
  }

  /// Control with a character.
  public static func control(_ scalar: Unicode.Scalar) -> Key { Key(.character(scalar), .control) }

  /// Alt with a character.
  public static func alt(_ scalar: Unicode.Scalar) -> Key { Key(.character(scalar), .alt) }
}
