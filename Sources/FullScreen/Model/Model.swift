import Engine
import Inspector
import PlainText
import Terminal
import Trace

/// Everything the screen knows. `update` is the only place where it changes; views read it.
struct Model {
  /// What times are counted from, on both clocks.
  let start: ContinuousClock.Instant
  let startWall: UTCTime
  /// Seconds by which the user's clock is ahead of UTC.
  let utcOffset: Int
  let limits: StoreLimits
  let mask: SecretMask
  var widths: Widths

  /// Since the start, in nanoseconds.
  var now: Int64 = 0
  var size: Size
  var settings = Settings()
  var keys = KeyTable.map
  var connections: [ConnectionState] = []
  /// The place of the connection that is looked at.
  var current = 0
  /// The list of all connections' messages, while it is looked at.
  var merged: MessageList?
  /// The place of the connection beside.
  var second: Int?
  var focus = Place.list
  var detail = DetailState()
  var isZoomed = false
  var connectionTab = ConnectionTab.all
  /// The first row of the connection pane on the screen.
  var connectionTop = 0
  var overlay: Overlay?
  /// Keys that begin a command, and since when.
  var pendingKeys: [Key] = []
  var pendingSince: Int64 = 0
  /// What the screen says until the next key.
  var message: String?
  /// What was sent before, as composers begin with it.
  var history = History(limit: 1000)
  var snippets: [Snippet] = []
  var variables = Variables()
  /// The name of the file that all is written to.
  var captureName: String?
  var isQuitAsked = false
  /// The number of the connection of the line session that the screen stands in for; nil where there is none.
  var lent: Int?
  /// Rows of the detail on the screen, as it was last drawn.
  var detailHeight = 0

  enum ConnectionTab: String, CaseIterable { case all = "All", health = "Health", handshake = "Handshake", tls = "TLS" }

  /// What lies over the panes.
  enum Overlay {
    case question(Question)
    case picker(Picker)
    case help(top: Int)
    case settings(selection: Int)
    case form(FrameForm)
  }

  init(
    start: ContinuousClock.Instant, startWall: UTCTime, utcOffset: Int, size: Size, limits: StoreLimits,
    mask: SecretMask, widths: Widths = Widths()
  ) {
    self.start = start
    self.startWall = startWall
    self.utcOffset = utcOffset
    self.size = size
    self.limits = limits
    self.mask = mask
    self.widths = widths
  }

  // MARK: Connections

  /// The connection that is looked at.
  var connection: ConnectionState? { connections.indices.contains(current) ? connections[current] : nil }

  func place(of number: Int) -> Int? { connections.firstIndex { $0.number == number } }

  var stores: [Int: MessageStore] {
    Dictionary(connections.map { ($0.number, $0.store) }, uniquingKeysWith: { $1 })
  }

  var names: [Int: String] {
    Dictionary(connections.map { ($0.number, $0.name) }, uniquingKeysWith: { $1 })
  }

  /// Adds a connection and looks at it.
  /// - Returns: its number.
  mutating func add(
    url: String, name: String, reconnects: Bool = false, phase: ConnectionState.Phase = .connecting(nil)
  ) -> Int {
    let number = (connections.last?.number ?? 0) + 1
    var connection = ConnectionState(
      number: number, url: url, name: name, limits: limits, widths: widths, history: history,
      reconnects: reconnects)
    connection.phase = phase
    connections.append(connection)
    if merged != nil { merged?.connections.append(number) }
    renewCompleters()
    see()
    current = connections.count - 1
    return number
  }

  /// Snippets, variables or types are others now.
  mutating func renewCompleters() {
    let names =
      ["uuid", "now", "random 1 100"] + variables.values.keys.sorted()
      + variables.environment.keys.sorted().map { "env.\($0)" }
    for place in connections.indices {
      connections[place].composer.editor.completer = ComposerCompleter(
        snippets: snippets, variables: names, type: connections[place].composer.type)
    }
  }

  /// All rows of the connection that is looked at have been seen.
  mutating func see() {
    if merged != nil {
      for place in connections.indices { connections[place].seenEnd = connections[place].store.nextID }
    } else if connections.indices.contains(current) {
      connections[current].seenEnd = connections[current].store.nextID
    }
  }

  // MARK: Lists

  /// The list that is looked at.
  var list: MessageList {
    get { merged ?? connection?.list ?? MessageList([]) }
    set {
      if merged != nil {
        merged = newValue
      } else if connections.indices.contains(current) {
        connections[current].list = newValue
      }
    }
  }

  /// Its rows.
  var rows: RowList { list.rows(stores) }

  /// The row that is looked at.
  var selected: RowReference? { list.state.selected(rows) }

  func store(of row: RowReference) -> MessageStore? { place(of: row.connection).map { connections[$0].store } }

  func row(_ row: RowReference) -> MessageRow? { store(of: row)?.row(row.id) }

  /// Rows behind the newest that is shown while paused, or that came below what is looked at.
  var newCount: Int {
    if let paused = list.state.pausedAt {
      return paused.reduce(0) { sum, pause in sum + Int((stores[pause.key]?.nextID ?? pause.value) - pause.value) }
    }
    return 0
  }

  // MARK: Layout

  var layout: ScreenLayout {
    ScreenLayout(
      size,
      ScreenLayout.Wish(
        focus: focus, layout: settings.layout, isZoomed: isZoomed, isSecondShown: second != nil && merged == nil,
        composerRows: composerRows))
  }

  private var composerRows: Int {
    guard let composer = connection?.composer else { return 1 }
    let text = composer.editor.text
    guard text.utf8.count < 64 << 10 else { return 8 }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let rows = lines.reduce(0) { $0 + max(1, (widths.width(of: String($1)) + 2) / max(1, size.columns - 1) + 1) }
    let listed = composer.editor.isSearching ? 1 : 0
    return min(8, rows + listed + (composer.remark == nil ? 0 : 1))
  }

  var listHeight: Int { layout.list?.size.rows ?? max(1, size.rows - 3) }

  /// What a moment in the screen's time is on the user's clock.
  func wallClock(_ time: Int64) -> (seconds: Int64, nanoseconds: Int32) {
    let nanoseconds = Int64(startWall.nanoseconds) &+ time
    let second: Int64 = 1_000_000_000
    let floor = nanoseconds >= 0 ? nanoseconds / second : -((-nanoseconds + second - 1) / second)
    return (startWall.seconds &+ floor &+ Int64(utcOffset), Int32(nanoseconds - floor * second))
  }

  var utcNow: UTCTime {
    let clock = wallClock(now)
    return UTCTime(seconds: clock.seconds - Int64(utcOffset), nanoseconds: clock.nanoseconds)
  }

  // MARK: Frames

  /// Makes ready what a frame shows: called once before each.
  mutating func settle() {
    see()
    let layout = layout
    let row = selected
    let size = layout.detail?.size ?? Size(columns: size.columns, rows: 0)
    let width = size.columns
    detailHeight = size.rows
    detail.show(row, row.flatMap { store(of: $0) }, in: size, widths: widths)
    guard layout.detail != nil, detail.tab.isRows, let row, let facts = self.row(row) else {
      return detail.show(nil) { [] }
    }
    let key = DetailState.RowsKey(
      tab: detail.tab, reference: row, row: facts, frame: detail.frame, width: width, usesASCII: settings.ascii)
    var detail = detail
    detail.show(key) { DetailRows(model: self, reference: row, row: facts).rows(of: key.tab, width: width) }
    self.detail = detail
  }

  /// Whether rows wait to be looked at for filters and searches.
  var needsStep: Bool {
    let stores = stores
    return (merged?.needsStep(stores) ?? false) || connections.contains { $0.list.needsStep([$0.number: $0.store]) }
  }

  /// Looks at some more rows for filters and searches.
  mutating func step() -> [Effect] {
    let stores = stores
    var effects: [Effect] = []
    func ask(_ questions: [(part: MessageList.Part, connection: Int, payloads: [[UInt8]])], isMerged: Bool) {
      for question in questions {
        let key = MatchKey(isMerged: isMerged, part: question.part, connection: question.connection)
        effects.append(.match(key, question.payloads))
      }
    }
    for place in connections.indices {
      ask(connections[place].list.step(stores, now: now), isMerged: false)
    }
    if let questions = merged?.step(stores, now: now) { ask(questions, isMerged: true) }
    return effects
  }
}
