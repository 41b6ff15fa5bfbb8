import Glibc
import Script
import Terminal
import Transport
import WscopeOptions

/// Where the reports of a run go: standard output and files, written without waiting.
final class ScriptReports {
  private struct Target {
    var report: any Report
    let port: OutputPort
    let showsProgress: Bool
  }

  private var targets: [Target] = []
  private var progress = ProgressLine(total: 0)
  private var running: [String] = []
  private let total: Int
  /// The first failure to write; a reader that has gone counts as one.
  private(set) var failure: Stop?
  private(set) var isPipeBroken = false
  /// Hears that output has left, or never will.
  var moved: () -> Void = {}

  init(_ requests: [ReportRequest], scripts: Int, options: RunOptions, loop: Loop) throws(Stop) {
    total = scripts
    progress = ProgressLine(total: scripts)
    let requests = requests.isEmpty ? [ReportRequest(.people)] : requests
    for request in requests {
      let descriptor = try ConnectCommand.outputDescriptor(request.file).descriptor
      let isTerminal = isatty(descriptor) == 1
      let port = OutputPort(loop: loop, descriptor: descriptor)
      targets.append(
        Target(
          report: request.form.report(
            isColored: request.file == nil && options.isColored, isVerbose: options.isVerbose),
          port: port, showsProgress: request.form == .people && isTerminal && !options.isQuiet))
      port.handler = self
    }
  }

  /// Whether everything has left.
  var isFlushed: Bool { failure != nil || targets.allSatisfy { $0.port.queuedBytes == 0 } }

  func begin() { tell { $0.began(scripts: total) } }

  func began(_ script: ExchangeScript) {
    running.append(script.file)
    showProgress()
  }

  func ended(_ script: ScriptResult) {
    if let index = running.firstIndex(of: script.path) { running.remove(at: index) }
    progress.add(script)
    tell { $0.ended(script) }
    showProgress()
  }

  func ended(_ run: RunResult) { tell { $0.ended(run) } }

  private func tell(_ words: (inout any Report) -> String) {
    for index in targets.indices {
      let text = words(&targets[index].report)
      write((targets[index].showsProgress ? ProgressLine.erased : "") + text, to: targets[index].port)
    }
  }

  private func showProgress() {
    for target in targets where target.showsProgress {
      let width = TerminalDevice.size(of: STDOUT_FILENO)?.columns ?? 80
      write(progress.text(width: width, running: running.first), to: target.port)
    }
  }

  private func write(_ text: String, to port: OutputPort) {
    guard !text.isEmpty, failure == nil else { return }
    Array(text.utf8).withUnsafeBytes { port.write($0) }
  }
}

extension ScriptReports: OutputPortHandler {
  func outputDrained() { moved() }

  func outputFailed(_ error: SystemError) {
    isPipeBroken = error.code == EPIPE
    failure = failure ?? Stop(.cannotWrite, "cannot write a report: \(error)")
    moved()
  }
}
