import Bytes
import Engine
import Glibc
import PlainText
import Terminal
import TerminalLoop
import Trace
import Transport

/// A session on a terminal: a line that is edited at the bottom of the main screen, and what happens above it.
final class TerminalLineView: LineView {
  private let session: LineSession
  private var terminal: TerminalDriver!
  private var editor: LineEditor
  private var painter: PromptPainter
  private var rows: MessageRows
  private let loop: Loop
  private let color: ColorChoice
  private let environment: [String: String]
  private let openFullScreen: ((String) -> Void)?
  private var queue = ViewQueue()
  private var clearsScreen = false
  private var isLeft = false

  /// Rows made for one frame, and the time for making them: keys come first, and nobody reads thousands a second.
  private static let rowsPerFrame = 100
  private static let timePerFrame = Duration.milliseconds(4)

  init(
    session: LineSession, loop: Loop, history: History, color: ColorChoice, environment: [String: String],
    openFullScreen: ((String) -> Void)?
  ) throws(SystemError) {
    self.session = session
    self.loop = loop
    self.color = color
    self.environment = environment
    self.openFullScreen = openFullScreen
    let depth = ColorDepth(color, environment: environment)
    painter = PromptPainter(depth: depth)
    rows = MessageRows(theme: Theme(depth: depth), columns: 80)
    editor = LineEditor(widths: Widths(), history: history)
    try takeTerminal()
    settingsChanged()
  }

  private func takeTerminal() throws(SystemError) {
    terminal = try TerminalDriver(
      loop: loop, modes: .line, color: color, environment: environment, handler: self)
    learn()
  }

  // MARK: What the session asks

  func show(_ item: LineItem) {
    queue.append(item)
    terminal.setNeedsFrame()
  }

  func hintChanged() { terminal.setNeedsFrame() }

  func settingsChanged() {
    rows.isPretty = session.settings.isPretty
    editor.isMultilineMode = session.settings.isMultiline
    terminal.setNeedsFrame()
  }

  func restore(_ text: String) {
    if editor.isEmpty { editor.replaceText(text) }
  }

  func leave() {
    guard !isLeft else { return }
    isLeft = true
    terminal.leave()
  }

  // MARK: The full screen

  func standAside() { terminal.leave() }

  func comeBack(with draft: String) throws(SystemError) {
    if editor.text != draft { editor.replaceText(draft) }
    try takeTerminal()
    terminal.setNeedsFrame()
  }

  // MARK: Frames

  /// The terminal has told more about itself.
  private func learn() {
    let capabilities = terminal.capabilities
    painter.depth = capabilities.depth
    painter.synchronizedOutput = capabilities.synchronizedOutput
    painter.widths = capabilities.widths
    painter.rewrapsRows = capabilities.rewrapsRows
    editor.widths = capabilities.widths
    rows.widths = capabilities.widths
    let background = capabilities.isDark.map { $0 ? Theme.Background.dark : .light }
    rows.theme = Theme(background: background ?? .unknown, depth: capabilities.depth)
    editor.prompt = StyledText("> ", rows.theme.style(.sent))
  }

  /// The rows of what waits, as many as one frame has time for; all of it in the last one.
  private func take(all: Bool) -> [StyledText] {
    rows.columns = terminal.size.columns
    rows.timeOffset = session.host?.timeOffset ?? 0
    var lines = queue.takeUrgent().flatMap(rows.rows)
    let start = ContinuousClock.now
    var room = terminal.frameRoom
    while all || lines.count < Self.rowsPerFrame && room > 0 && start.duration(to: .now) < Self.timePerFrame,
      let next = queue.next()
    {
      let made =
        switch next {
        case .item(let item): rows.rows(item)
        case .skipped(let count): rows.rows(.skipped(count, inCapture: session.options.isCaptured))
        }
      lines += made
      room -= made.reduce(0) { $0 + $1.size }
    }
    return lines
  }
}

extension TerminalLineView: TerminalHandler {
  func terminal(_ terminal: TerminalDriver, received event: InputEvent) {
    editor.completer = LineCompleter(seen: session.seen.words, names: FileNames.inFolder)
    for action in editor.handle(event, now: ContinuousClock.now) { perform(action) }
  }

  private func perform(_ action: LineEditor.Action) {
    switch action {
    case .submit(let text): session.entered(text)
    case .close: session.leave()
    case .interrupt: session.interrupt()
    case .suspend: terminal.suspend()
    case .redraw: clearsScreen = true
    case .editExternally(let text): edit(text)
    case .unbound(Key(.function(2))): openFullScreen?(editor.text)
    case .changed, .unbound: break
    }
    terminal.setNeedsFrame()
  }

  private func edit(_ text: String) {
    do throws(LineFailure) {
      let file = try LineFailure.of { () throws(FileFailure) in try EditedFile(text) }
      do {
        try terminal.run(file.command) { [weak self] status in
          guard let self else { return }
          do throws(FileFailure) { editor.replaceText(try file.text(after: status)) } catch {
            show(.failure(LineFailure(error.description)))
          }
          terminal?.setNeedsFrame()
        }
      } catch {
        throw LineFailure("cannot start the editor: \(error)")
      }
    } catch {
      show(.failure(error))
    }
  }

  func terminalDraws(_ terminal: TerminalDriver, into frame: ByteBuffer) {
    if clearsScreen { painter.clearScreen(into: frame) }
    clearsScreen = false
    let lines = take(all: false)
    let size = terminal.size
    var hint = session.hint
    hint.hasFullScreen = openFullScreen != nil
    editor.hint = hint.row(for: editor.text, isEmpty: editor.isEmpty, columns: size.columns, rows.theme)
    painter.paint(
      above: lines, block: editor.block(columns: size.columns, rows: size.rows), columns: size.columns, into: frame)
    if !queue.isEmpty { terminal.setNeedsFrame() }
  }

  func terminalParts(_ terminal: TerminalDriver, into frame: ByteBuffer) {
    painter.paint(above: take(all: isLeft), block: nil, columns: terminal.size.columns, into: frame)
  }

  func terminalResized(_ terminal: TerminalDriver) { painter.resized(to: terminal.size.columns) }

  func terminalLearned(_ terminal: TerminalDriver) {
    learn()
    terminal.setNeedsFrame()
  }

  func terminalResumed(_ terminal: TerminalDriver) {
    painter.forget()
    terminal.setNeedsFrame()
  }

  func terminal(_ terminal: TerminalDriver, signaled number: Int32) { session.signaled(number) }

  func terminalLost(_ terminal: TerminalDriver) { session.terminalLost() }
}
