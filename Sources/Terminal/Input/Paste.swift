/// A part of what was pasted. A paste is streamed, however large it is.
public struct PasteChunk: Hashable, Sendable {
  /// The bytes as they came: most terminals send CR for a newline. A character's UTF-8 is never cut between chunks;
  /// bytes that are no UTF-8 stay as they are.
  public var bytes: [UInt8]
  /// Whether the paste begins with it.
  public var isFirst: Bool
  /// Whether the paste ends with it.
  public var isLast: Bool

  public init(_ bytes: [UInt8], isFirst: Bool = true, isLast: Bool = true) {
    self.bytes = bytes
    self.isFirst = isFirst
    self.isLast = isLast
  }

  /// A whole paste of `text`.
  public init(_ text: String) { self.init(Array(text.utf8)) }
}
