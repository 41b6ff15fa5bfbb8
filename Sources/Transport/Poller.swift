/// What a descriptor is watched for.
struct Interest: OptionSet {
  let rawValue: UInt8
  static let reading = Interest(rawValue: 1)
  static let writing = Interest(rawValue: 2)
}

/// Why the loop calls a source.
struct Readiness: OptionSet {
  let rawValue: UInt8
  /// Reading gives bytes, an end or an error.
  static let reading = Readiness(rawValue: 1)
  /// Writing takes bytes or gives an error.
  static let writing = Readiness(rawValue: 2)
  /// The source asked for a call with `Loop.enqueue(_:)`.
  static let enqueued = Readiness(rawValue: 4)
}

/// The system's way to wait for many descriptors, level-triggered. Each platform has its file, with:
///
/// - `init() throws(SystemError)`
/// - `watch(_:for:replacing:tag:)`, which says whether the descriptor can be waited for at all
/// - `wait(milliseconds:) -> Int`, the number of events
/// - `event(_:) -> (tag: UInt64, readiness: Readiness)`, where a hang-up counts as both kinds of readiness
struct Poller: ~Copyable {
  let descriptor: Descriptor
  let events: UnsafeMutableBufferPointer<SystemEvent>

  deinit { events.deallocate() }
}
