public import Engine

/// Who runs the screen: knows how to make connections, and what failures are called.
public protocol ScreenOwner: AnyObject {
  /// How to connect to what the user typed.
  func screenPlan(for url: String) throws(ScreenRefusal) -> ConnectionPlan
  /// Why a connection did not come to be, in words.
  func screenWords(for failure: ClientFailure) -> String
  /// Who keeps what happens on one more connection.
  func screenRecorder() -> any ClientSessionRecorder
  /// Whether what keeps all that happens is full: connections are not read then, until `mayReadAgain()`.
  var screenIsFull: Bool { get }
  /// The screen has been left. After it nothing is called.
  /// - Parameter signal: what ended it; nil where the user did.
  func screenEnded(signal: Int32?)
}

/// Why something that the user typed is not done.
public struct ScreenRefusal: Error {
  public var text: String

  public init(_ text: String) { self.text = text }
}
