import Arguments
import Bytes
import Inspector
import Script
import Trace
import WscopeOptions

/// Reads a file of any kind and writes what happened in it as another one.
final class Export {
  private enum Target {
    case file(CaptureExport)
    case script(CapturedScript)
  }

  private let input: CaptureInput
  private let filter: FrameFilter?
  private let output: OutputFile
  private let target: Target

  init(_ parsed: Parsed, file: InputFile) throws(Stop) {
    input = CaptureInput(parsed, file)
    filter = try FrameFilter(parsed)
    output =
      try parsed.value(Options.exportOutput).map { path throws(Stop) in try OutputFile(path, from: file) }
      ?? OutputFile()
    let showsSecrets = parsed.flag(Options.showSecrets)
    guard let format = ExportFormat(rawValue: parsed.choice(Options.exportFormat)) else {
      target = .script(CapturedScript(showsSecrets: showsSecrets, start: input.start))
      return
    }
    if format == .pcapng, output.isTerminal {
      throw Stop(
        .usage, "pcapng is nothing for a terminal", hint: "write it to a file: \(Options.exportOutput.long) FILE")
    }
    target = .file(
      CaptureExport(
        to: format, mask: SecretMask(showsSecrets: showsSecrets), start: input.start, isNumbered: input.stream == nil,
        into: output.bytes))
  }

  /// Reads and writes all of it.
  func run() throws(Stop) {
    try input.read { event throws(Stop) in
      try take(event)
    } flush: { () throws(Stop) in
      try output.flush()
    }
    switch target {
    case .file(let export): export.finish(into: output.bytes)
    case .script(let script): output.bytes.append(script.script(now: UTCTime.now))
    }
    try output.flush()
    input.tellRest()
    try input.judge()
  }

  private func take(_ event: CapturedEvent) throws(Stop) {
    if case .frame(let frame, _) = event.content, let filter, try !filter.passes(frame, event) { return }
    switch target {
    case .file(let export):
      do {
        try export.append(event, into: output.bytes)
      } catch {
        throw Stop(.limit, "\(input.name): \(error)", hint: error.hint)
      }
    case .script(let script): script.append(event)
    }
    try output.flushIfFull()
  }
}
