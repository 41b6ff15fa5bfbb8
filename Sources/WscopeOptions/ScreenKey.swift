/// A key of the full screen, as its manual says it. The table itself is the screen's.
public struct ScreenKey: Hashable, Sendable {
  /// All ways to say it: `j, Down`.
  public let keys: String
  /// Where it works: `list, detail`.
  public let places: String
  /// What it does.
  public let text: String
  /// What the command is called in the user's file of keys.
  public let name: String

  /// A key of the full screen.
  public init(_ keys: String, in places: String, _ text: String, name: String) {
    self.keys = keys
    self.places = places
    self.text = text
    self.name = name
  }
}
