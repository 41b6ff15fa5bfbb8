import Arguments
import Inspector
import PlainText
import WebSocketCore
import WscopeOptions

/// The connections in a file of any kind, or those of them that are asked for, as a command reads them.
final class CaptureInput {
  let name: String
  /// What times count from.
  let start = ContinuousClock.now
  /// The number of the only connection that is asked for.
  let stream: Int?
  /// What is known of bytes of one direction.
  let raw: RawStream
  /// Connections in the file.
  private(set) var connectionCount = 0
  /// Places that cannot be read.
  private(set) var damageCount = 0
  private let file: InputFile
  private var reader: CaptureReader

  /// Damages that are told one by one.
  private static let damageLimit = 20

  init(_ parsed: Parsed, _ file: InputFile) {
    self.file = file
    name = file.name
    stream = parsed.integer(ifGiven: Options.stream)
    let role = parsed.value(Options.role)
    raw = RawStream(
      sender: role.map { $0 == "client" ? .client : .server },
      deflate: parsed.flag(Options.inspectDeflate) ? DeflateAgreement() : nil)
    reader = CaptureReader(start: start, format: parsed.flag(Options.raw) ? .raw : nil, stream: raw)
  }

  /// Reads all of it, and says on standard error what cannot be read.
  /// - Parameter flush: lets what was made of the events so far be seen: before a damage is told, and where input
  ///   waits.
  func read(
    _ take: (CapturedEvent) throws(Stop) -> Void, flush: () throws(Stop) -> Void
  ) throws(Stop) {
    try file.read(with: &reader) { items, _ throws(Stop) in
      try hand(items, to: take, flush)
      // What comes by a pipe is shown as it comes.
      try flush()
    }
  }

  private func hand(
    _ items: [CaptureItem], to take: (CapturedEvent) throws(Stop) -> Void, _ flush: () throws(Stop) -> Void
  ) throws(Stop) {
    for item in items {
      switch item {
      case .event(let event):
        connectionCount = max(connectionCount, event.connection)
        if stream == nil || event.connection == stream { try take(event) }
      case .damage(let damage):
        damageCount += 1
        guard damageCount <= Self.damageLimit else { continue }
        // Where both go to a terminal, it stands behind what was read before it.
        try flush()
        Console.error(SafeText("\(name), \(damage)").string)
      }
    }
  }

  /// Says how many damages were not told.
  func tellRest() {
    guard damageCount > Self.damageLimit else { return }
    Console.error("\(name): \(Quantity.count(damageCount - Self.damageLimit)) more places cannot be read")
  }

  /// Fails where the file, or what was asked for of it, could not be read.
  func judge() throws(Stop) {
    if damageCount > 0 { Console.exit(.cannotRead) }
    if connectionCount == 0 { throw Stop(.cannotRead, "\(name): \(reader.findings ?? "no connection in it")") }
    guard let stream, stream > connectionCount else { return }
    throw Stop(
      .cannotRead, "\(name) has no connection \(stream), it has \(Quantity.count(connectionCount, "connection"))")
  }
}
