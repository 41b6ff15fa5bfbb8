public import PlainText

/// The line being written: keys and pastes in, actions out. It draws nothing itself: `block(columns:rows:)` says what
/// to show.
public struct LineEditor {
  /// What the owner is asked to do.
  public enum Action: Equatable, Sendable {
    /// Enter: the text, which may be empty and may hold newlines and control characters. The line is empty again.
    case submit(String)
    /// Ctrl-D on an empty line.
    case close
    /// Ctrl-C on an empty line.
    case interrupt
    /// Ctrl-Z.
    case suspend
    /// Ctrl-L: clear the screen and draw anew.
    case redraw
    /// Ctrl-X Ctrl-E: the text, to be handed back by `replaceText(_:)`.
    case editExternally(String)
    /// What `block(columns:rows:)` gives may be another now.
    case changed
    /// A key that means nothing here, such as F2.
    case unbound(Key)
  }

  /// What is shown before the text.
  public var prompt = StyledText(SafeText("> "))
  /// What is shown in the row below the text; empty for none.
  public var hint = StyledText()
  /// Whether Enter adds a line. A text is then sent by Enter in an empty last line, or by Ctrl-D at its end.
  public var isMultilineMode = false
  /// How wide characters are drawn.
  public var widths: Widths
  /// Who knows what may stand at the cursor.
  public var completer: (any Completer)?
  /// The lines sent before; nil for none.
  public var history: History?

  var buffer = TextBuffer()
  var undoStack = UndoStack()
  var killRing = KillRing()
  var mode = Mode.editing
  var last = LastCommand.other
  /// The way through the history, until the text is changed.
  var walk: HistoryWalk?
  /// What the history would continue the text with.
  var suggestion: String?
  /// The first key of two.
  private var pending: [Key] = []
  private var isQuoting = false
  /// A paste that has not ended.
  private var pasted: [UInt8]?
  private var lastKey: ContinuousClock.Instant?

  enum Mode {
    case editing
    case searching(HistorySearch)
    case choosing(CompletionList)
  }

  /// What the key before did, where that changes what the next one does.
  enum LastCommand: Equatable {
    case other
    case cut
    /// The text put back lies here.
    case yank(Range<Int>)
    /// Lines were walked through, starting from this column.
    case vertical(column: Int)
    case recall
  }

  /// A pause after which what is written next is taken back by itself.
  private static let undoPause = Duration.seconds(3)

  public init(widths: Widths, history: History? = nil, completer: (any Completer)? = nil) {
    self.widths = widths
    self.history = history
    self.completer = completer
  }

  /// The whole text; what is folded or shown escaped is in it as it is.
  public var text: String { buffer.text }
  /// Whether nothing is written.
  public var isEmpty: Bool { buffer.isEmpty }
  /// Where the cursor is, in bytes of UTF-8.
  public var cursor: Int { buffer.cursor }
  /// Whether the history is searched.
  public var isSearching: Bool { if case .searching = mode { true } else { false } }

  /// Whether a list of what may be written is open.
  public var isChoosing: Bool { if case .choosing = mode { true } else { false } }

  /// Puts `text` in place of what is written, to be undone like any change.
  public mutating func replaceText(_ text: String) {
    leaveMode()
    change(0..<buffer.count, to: text, .other)
    last = .other
    updateSuggestion()
  }

  /// Takes an event in; events that are no keys and no pastes are not its own.
  /// - Parameter now: when it came.
  public mutating func handle(_ event: InputEvent, now: ContinuousClock.Instant) -> [Action] {
    switch event {
    case .key(var key):
      guard key.phase != .release else { return [] }
      key.phase = .press
      finishPaste()
      if let lastKey, now - lastKey > Self.undoPause { undoStack.seal() }
      lastKey = now
      let actions = handle(key)
      updateSuggestion()
      return actions
    case .paste(let chunk):
      // A paste of megabytes comes in thousands of chunks: they are gathered, and put in at once at the end.
      if chunk.isFirst { finishPaste() }
      if pasted == nil { pasted = [] }
      pasted?.append(contentsOf: chunk.bytes)
      guard chunk.isLast else { return [] }
      finishPaste()
      updateSuggestion()
      return [.changed]
    case .mouse, .focus, .resize, .reply, .unknown: return []
    }
  }

  // MARK: Keys

  private mutating func handle(_ key: Key) -> [Action] {
    if isQuoting {
      isQuoting = false
      guard let text = QuotedKey.text(of: key) else { return [.unbound(key)] }
      leaveMode()
      insert(text)
      return [.changed]
    }
    let keys = pending + [key]
    pending = []
    switch EditKeys.match(keys) {
    case .prefix:
      pending = keys
      return []
    case .command(.quote):
      isQuoting = true
      return []
    case .command(let command): return dispatch(command)
    case .none:
      guard keys.count == 1, let text = key.text else { return [.unbound(key)] }
      type(text)
      return [.changed]
    }
  }

  private mutating func dispatch(_ command: EditCommand) -> [Action] {
    switch mode {
    case .editing: perform(command)
    case .searching(let search): performSearching(command, search)
    case .choosing(let list): performChoosing(command, list)
    }
  }

  private mutating func type(_ text: String) {
    switch mode {
    case .searching(let search): self.search(search, for: search.query + text)
    case .editing: insert(text)
    case .choosing:
      insert(text)
      refreshList()
    }
  }

  // MARK: Changes

  /// Writes `text` at the cursor.
  mutating func insert(_ text: String) {
    change(buffer.cursor..<buffer.cursor, to: text, .typing)
    last = .other
  }

  /// Puts `text` where `range` was, to be undone, with the cursor behind it.
  mutating func change(_ range: Range<Int>, to text: String, _ kind: UndoStack.Kind, asFold: Bool = false) {
    guard !range.isEmpty || !text.isEmpty else { return }
    if kind != .recalling { walk = nil }
    undoStack.append(
      UndoStack.Change(
        offset: range.lowerBound, removed: String(buffer.text(in: range)), inserted: text, folds: buffer.folds,
        cursor: buffer.cursor, kind: kind))
    buffer.replace(range, with: text, asFold: asFold)
  }

  /// Leaves a list or a search; the text stays.
  mutating func leaveMode() { mode = .editing }

  // MARK: Pastes

  private mutating func finishPaste() {
    guard let bytes = pasted.take() else { return }
    let text = Pasted.text(of: bytes)
    if case .searching(let search) = mode {
      self.search(search, for: search.query + Pasted.firstLine(of: text))
      return
    }
    leaveMode()
    change(buffer.cursor..<buffer.cursor, to: text, .other, asFold: Pasted.isLong(text))
    last = .other
  }
}
