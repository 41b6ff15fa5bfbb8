/// What the mouse did.
public struct Mouse: Hashable, Sendable {
  public var action: Action
  public var position: Point
  public var modifiers: Key.Modifiers

  public init(_ action: Action, at position: Point, _ modifiers: Key.Modifiers = []) {
    self.action = action
    self.position = position
    self.modifiers = modifiers
  }

  public enum Action: Hashable, Sendable {
    case press(Button)
    case release(Button)
    /// Moved with a button held.
    case drag(Button)
    /// Moved with none.
    case move
    /// A step of the wheel.
    case scroll(Direction)
  }

  public enum Button: Hashable, Sendable {
    case left, middle, right
    /// The eighth to the eleventh; most mice call the first two of them back and forward.
    case extra(Int)
  }

  public enum Direction: Hashable, Sendable {
    case up, down, left, right
  }
}
