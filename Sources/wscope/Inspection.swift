import Arguments
import Bytes
import Glibc
import Inspector
import PlainText
import Terminal
import Trace
import WebSocketCore
import WscopeOptions

/// Reads a file of any kind and shows what is asked for of it.
final class Inspection {
  private let file: InputFile
  private let stream: Int?
  private let filter: FrameFilter?
  private let isVerifying: Bool
  private let isJSON: Bool
  private let isColored: Bool
  private let mask: SecretMask
  private let start = ContinuousClock.now
  private let output = StandardOutput()
  private var reader: CaptureReader
  private let narrator: CaptureNarrator
  private let views: Set<DissectionView>
  private let maximumRows: Int
  /// Columns of the terminal, or of one that is not there.
  private let width: Int
  private var connections: CapturedConnections
  /// Of the connections that are open, with `--jsonl`.
  private var writers: [Int: CaptureWriter] = [:]
  private var tally = Tally()

  /// What was found.
  private struct Tally {
    var connections = 0
    var frames = 0
    var violations = 0
    var damages = 0

    /// `3 frames of 1 connection`.
    var frameCount: String { "\(Quantity.count(frames, "frame")) of \(Quantity.count(connections, "connection"))" }
  }

  /// Damages that are told one by one.
  private static let damageLimit = 20
  private static let writerLimit = 1 << 16

  init(_ parsed: Parsed, file: InputFile) throws(Stop) {
    self.file = file
    stream = parsed.integer(ifGiven: Options.stream)
    filter = try FrameFilter(parsed)
    isVerifying = parsed.flag(Options.verify)
    isJSON = parsed.flag(Options.inspectJSONL)
    isColored = Narration.isColored(parsed.choice(Options.color), Main.environment, on: STDOUT_FILENO)
    mask = SecretMask(showsSecrets: parsed.flag(Options.showSecrets))
    narrator = CaptureNarrator(
      detail: isVerifying ? .violations : parsed.flag(Options.inspectVerbose) ? .all : .frames, mask: mask, start: start
    )
    views = Set(
      parsed.values(Options.view).flatMap { word in
        DissectionView(rawValue: word).map { [$0] } ?? DissectionView.allCases
      })
    maximumRows = parsed.integer(Options.rows)
    width = TerminalDevice.size(of: STDOUT_FILENO)?.columns ?? 80
    let role = parsed.value(Options.role)
    let raw = RawStream(
      sender: role.map { $0 == "client" ? .client : .server },
      deflate: parsed.flag(Options.inspectDeflate) ? DeflateAgreement() : nil)
    connections = CapturedConnections(deflate: raw.deflate)
    reader = CaptureReader(start: start, format: parsed.flag(Options.raw) ? .raw : nil, stream: raw)
  }

  /// Reads and shows all of it; fails where it could not be read, or `--verify` found something.
  func run() throws(Stop) {
    try file.read { piece throws(Stop) in
      var items: [CaptureItem] = []
      reader.read(piece) { items.append($0) }
      try show(items)
      // What comes by a pipe is shown as it comes.
      try output.flush()
      return true
    }
    var items: [CaptureItem] = []
    reader.finish { items.append($0) }
    try show(items)
    if isVerifying, !isJSON, tally.violations == 0, tally.damages == 0 {
      output.bytes.append("no violation in \(tally.frameCount)\n")
    }
    try output.flush()
    try judge()
  }

  private func judge() throws(Stop) {
    if tally.damages > Self.damageLimit {
      Console.error("\(file.name): \(Quantity.count(tally.damages - Self.damageLimit)) more places cannot be read")
    }
    if isVerifying, tally.violations > 0 {
      throw Stop(
        .violation,
        "\(file.name): \(Quantity.count(tally.violations, "violation")) in \(tally.frameCount)")
    }
    if tally.damages > 0 { Console.exit(.cannotRead) }
    if tally.connections == 0 {
      throw Stop(.cannotRead, "\(file.name): \(reader.findings ?? "no connection in it")")
    }
    if let stream, stream > tally.connections {
      throw Stop(
        .cannotRead,
        "\(file.name) has no connection \(stream), it has \(Quantity.count(tally.connections, "connection"))")
    }
  }

  private func show(_ items: [CaptureItem]) throws(Stop) {
    for item in items {
      switch item {
      case .event(let event): try show(event)
      case .damage(let damage): try show(damage)
      }
      try output.flushIfFull()
    }
  }

  private func show(_ damage: CaptureDamage) throws(Stop) {
    tally.damages += 1
    guard tally.damages <= Self.damageLimit else { return }
    // Where both go to a terminal, it stands behind what was read before it.
    try output.flush()
    Console.error(SafeText("\(file.name), \(damage)").string)
  }

  private func show(_ event: CapturedEvent) throws(Stop) {
    connections.note(event)
    tally.connections = max(tally.connections, event.connection)
    if let stream, event.connection != stream { return }
    if case .frame(let frame, _) = event.content {
      tally.frames += 1
      if let filter, try !filter.passes(frame, event) { return }
    }
    tally.violations += event.violationCount
    if isJSON { write(event) } else { tell(event) }
  }

  private func write(_ event: CapturedEvent) {
    if isVerifying, event.violationCount == 0 { return }
    if writers.count > Self.writerLimit { writers = [:] }
    var role = Role.client
    if case .start(let own, _) = event.content { role = own }
    let writer =
      writers[event.connection]
      ?? CaptureWriter(connection: event.connection, role: role, mask: mask, start: start)
    writers[event.connection] = writer
    let dissection = views.isEmpty ? nil : connections.dissection(of: event)
    writer.append(event, dissection: dissection, views: views, into: output.bytes)
    if case .end = event.content { writers[event.connection] = nil }
  }

  private func tell(_ event: CapturedEvent) {
    let lines = narrator.lines(for: event, role: connections.role(of: event.connection))
    for line in lines {
      if stream == nil { output.bytes.append("[\(event.connection)] ") }
      write(line, color: color(of: event))
      output.bytes.append("\n")
    }
    guard !lines.isEmpty, !views.isEmpty, let dissection = connections.dissection(of: event) else { return }
    for row in dissection.rows(views, width: width, maximumRows: maximumRows) {
      for run in row.runs { write(run.text.string, color: Self.color(of: run.role)) }
      output.bytes.append("\n")
    }
    output.bytes.append("\n")
  }

  /// - Parameter color: nil: the terminal's own.
  private func write(_ text: String, color: String?) {
    guard isColored, let color else { return output.bytes.append(text) }
    output.bytes.append(color)
    output.bytes.append(text)
    output.bytes.append("\u{1b}[m")
  }

  /// ECMA-48, 8.3.117.
  private func color(of event: CapturedEvent) -> String {
    if event.violationCount > 0 { return "\u{1b}[31m" }
    guard case .frame(let frame, _) = event.content else { return "\u{1b}[2m" }
    return frame.direction == .sent ? "\u{1b}[36m" : "\u{1b}[32m"
  }

  private static func color(of role: TextRole) -> String? {
    switch role {
    case .plain, .payload: nil
    case .key: "\u{1b}[34m"
    case .string: "\u{1b}[32m"
    case .number: "\u{1b}[36m"
    case .literal: "\u{1b}[35m"
    case .punctuation, .offset, .dimmed: "\u{1b}[2m"
    case .header: "\u{1b}[36m"
    case .mask: "\u{1b}[33m"
    case .error: "\u{1b}[31m"
    }
  }
}
