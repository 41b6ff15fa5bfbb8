import Engine
import Inspector
import PlainText
import TerminalLoop
import Trace
import Transport

/// A capture that is read into the screen, a piece a turn of the loop, so that keys are heard meanwhile.
final class CaptureLoading {
  private let path: String
  private let file: FileBlocks
  private var reader: CaptureReader
  private unowned let program: ScreenProgram
  /// The screen's connections by the file's numbers.
  private var numbers: [Int: Int] = [:]
  /// What makes the file's times the screen's; nil until an event has said so.
  private var shift: Duration?
  private var damages = 0

  init(_ path: String, _ program: ScreenProgram) throws(FileFailure) {
    self.path = path
    file = try FileBlocks(path)
    self.program = program
    reader = CaptureReader(start: program.model.start)
  }

  /// Reads on, until the file's end.
  func readOn() {
    do {
      if let block = try file.next() {
        reader.read(block.span) { take($0) }
        program.context.loop.schedule(after: .zero) { self.readOn() }
      } else {
        reader.finish { take($0) }
        finish()
      }
    } catch {
      program.give(.told("\(error)"))
    }
    program.changed()
  }

  private func finish() {
    if numbers.isEmpty {
      program.give(.told("\(path): \(reader.findings ?? "no connection is in it")"))
    } else if damages > 0 {
      program.give(.told("\(path): \(Quantity.count(damages, "place")) could not be read"))
    }
  }

  private func take(_ item: CaptureItem) {
    switch item {
    case .event(let event): take(event)
    case .damage: damages += 1
    }
  }

  private func take(_ event: CapturedEvent) {
    if shift == nil {
      let wall = event.wallTime.map { program.options.startWall.duration(to: $0) } ?? event.elapsed
      shift = wall - event.elapsed
    }
    let shift = shift ?? .zero
    if case .start(_, var peer) = event.content {
      // Of bytes alone nobody knows where they came from.
      if peer.isEmpty { peer = path }
      numbers[event.connection] = program.model.add(
        url: program.options.mask.target(peer), name: Self.name(peer), phase: .file)
    }
    guard let number = numbers[event.connection] else { return }
    var event = event
    if case .frame(var frame, let remarks) = event.content {
      frame.time = frame.time.advanced(by: shift)
      event.content = .frame(frame, remarks)
    }
    _ = program.model.update(.captured(number, event), now: (event.elapsed + shift).nanoseconds)
  }

  private static func name(_ peer: String) -> String {
    let path = peer.split(separator: "?").first.map(String.init) ?? peer
    return SafeText(path.split(separator: "/").last.map(String.init) ?? peer, maximumLength: 20).string
  }
}
