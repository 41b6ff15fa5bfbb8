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
  private let input: CaptureInput
  private let filter: FrameFilter?
  private let isVerifying: Bool
  private let isJSON: Bool
  private let isColored: Bool
  private let mask: SecretMask
  private let output = OutputFile()
  private let narrator: CaptureNarrator
  private let views: Set<DissectionView>
  private let maximumRows: Int
  /// Columns of the terminal, or of one that is not there.
  private let width: Int
  private var connections: CapturedConnections
  private var frameCount = 0
  private var violationCount = 0

  init(_ parsed: Parsed, file: InputFile) throws(Stop) {
    input = CaptureInput(parsed, file)
    filter = try FrameFilter(parsed)
    isVerifying = parsed.flag(Options.verify)
    isJSON = parsed.flag(Options.inspectJSONL)
    isColored = Narration.isColored(parsed.choice(Options.color), Main.environment, on: STDOUT_FILENO)
    mask = SecretMask(showsSecrets: parsed.flag(Options.showSecrets))
    narrator = CaptureNarrator(
      detail: isVerifying ? .violations : parsed.flag(Options.inspectVerbose) ? .all : .frames, mask: mask,
      start: input.start)
    views = Set(
      parsed.values(Options.view).flatMap { word in
        DissectionView(rawValue: word).map { [$0] } ?? DissectionView.allCases
      })
    maximumRows = parsed.integer(Options.rows)
    width = TerminalDevice.size(of: STDOUT_FILENO)?.columns ?? 80
    connections = CapturedConnections(deflate: input.raw.deflate)
  }

  /// Reads and shows all of it; fails where it could not be read, or `--verify` found something.
  func run() throws(Stop) {
    try input.read { event throws(Stop) in
      try show(event)
    } flush: { () throws(Stop) in
      try output.flush()
    }
    if isVerifying, !isJSON, violationCount == 0, input.damageCount == 0 {
      output.bytes.append("no violation in \(found)\n")
    }
    try output.flush()
    input.tellRest()
    if isVerifying, violationCount > 0 {
      throw Stop(.violation, "\(input.name): \(Quantity.count(violationCount, "violation")) in \(found)")
    }
    try input.judge()
  }

  /// `3 frames of 1 connection`.
  private var found: String {
    "\(Quantity.count(frameCount, "frame")) of \(Quantity.count(input.connectionCount, "connection"))"
  }

  private func show(_ event: CapturedEvent) throws(Stop) {
    connections.note(event)
    if case .frame(let frame, _) = event.content {
      frameCount += 1
      if let filter, try !filter.passes(frame, event) { return }
    }
    violationCount += event.violationCount
    if isJSON { write(event) } else { tell(event) }
    try output.flushIfFull()
  }

  private func write(_ event: CapturedEvent) {
    if isVerifying, event.violationCount == 0 { return }
    let writer = CaptureWriter(
      connection: event.connection, role: connections.role(of: event.connection), mask: mask, start: input.start)
    let dissection = views.isEmpty ? nil : connections.dissection(of: event)
    writer.append(event, dissection: dissection, views: views, into: output.bytes)
  }

  private func tell(_ event: CapturedEvent) {
    let lines = narrator.lines(for: event, role: connections.role(of: event.connection))
    for line in lines {
      if input.stream == nil { output.bytes.append("[\(event.connection)] ") }
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
    return frame.direction == .sent ? Narration.sent : Narration.received
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
