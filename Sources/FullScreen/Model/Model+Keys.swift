import Inspector
import PlainText
import Terminal

extension Model {
  /// How long a first key waits before what may follow is shown, in nanoseconds.
  static let popupDelay: Int64 = 150_000_000

  /// Takes a key, a paste or the mouse.
  mutating func take(_ input: InputEvent) -> [Effect] {
    switch input {
    case .key(let key):
      guard key.phase != .release else { return [] }
      message = nil
      return take(key)
    case .paste:
      if case .question(var question)? = overlay {
        _ = question.editor.handle(input, now: start)
        overlay = .question(question)
        return questionChanged()
      }
      guard overlay == nil, focus == .composer else { return [] }
      return write(input)
    case .mouse(let mouse): return take(mouse)
    case .focus, .resize, .reply, .unknown: return []
    }
  }

  private mutating func take(_ key: Key) -> [Effect] {
    if overlay != nil { return takeInOverlay(key) }
    let isQuitKey = key == .character("q") || key == .control("c")
    if !isQuitKey { isQuitAsked = false }
    let keys = pendingKeys + [key]
    switch self.keys.match(keys, in: focus) {
    case .command(let command):
      pendingKeys = []
      return perform(command)
    case .prefix:
      pendingKeys = keys
      pendingSince = now
      return []
    case .none:
      let unused = pendingKeys
      pendingKeys = []
      guard focus == .composer else { return [] }
      // The editor has keys of two of its own.
      return unused.flatMap { write(.key($0)) } + write(.key(key))
    }
  }

  // MARK: The composer

  private mutating func write(_ input: InputEvent) -> [Effect] {
    guard connections.indices.contains(current) else { return [] }
    let actions = connections[current].composer.editor.handle(input, now: start.advanced(by: .nanoseconds(now)))
    var effects: [Effect] = []
    for action in actions {
      switch action {
      case .submit(let text): effects += send(text, count: 1)
      case .editExternally(let text): effects.append(.editExternally(text))
      case .close, .interrupt: focus = .list
      case .suspend: effects.append(.suspend)
      case .redraw: effects.append(.redraw)
      case .changed, .unbound: break
      }
    }
    judge()
    return effects
  }

  /// Sends what is written; what cannot be sent is written again.
  mutating func send(_ text: String, count: Int) -> [Effect] {
    guard let connection else { return [] }
    var random = SystemRandomNumberGenerator()
    if let snippet = snippets.first(where: { $0.name == text }) {
      connections[current].composer.type = snippet.type
      connections[current].composer.editor.replaceText(snippet.text)
      judge()
      return []
    }
    let (composed, _) = connection.composer.compose(text, variables, now: utcNow, random: &random)
    guard connection.isOpen else {
      return refuse(text, "not sent: connection \(connection.number) is not open; the draft stays")
    }
    let effect: Effect
    switch composed {
    case .message(let opcode, let bytes): effect = .send(connection.number, opcode, bytes, count: count)
    case .frame:
      let (expanded, _) = variables.expand(text, now: utcNow, random: &random)
      effect = .sendFrame(connection.number, expanded, count: count)
    case .file(let path): effect = .sendFile(connection.number, path: path, count: count)
    case .invalid(let reason, _): return refuse(text, "not sent: \(reason)")
    }
    connections[current].composer.editor.replaceText("")
    connections[current].list.state.follow()
    return [effect]
  }

  private mutating func refuse(_ text: String, _ reason: String) -> [Effect] {
    connections[current].composer.editor.replaceText(text)
    message = reason
    return []
  }

  // MARK: The mouse

  private mutating func take(_ mouse: Mouse) -> [Effect] {
    let layout = layout
    switch mouse.action {
    case .scroll(let direction):
      guard direction == .up || direction == .down, overlay == nil else { return [] }
      return perform(direction == .up ? .previous : .next)
    case .press(.left):
      guard overlay == nil else { return [] }
      let point = mouse.position
      if let list = layout.list, list.contains(point) {
        let rows = self.list.state.visibleRows(rows, height: list.size.rows)
        let index = point.row - list.origin.row
        focus = .list
        guard rows.indices.contains(index) else { return [] }
        self.list.state.select(rows[index], self.rows, height: list.size.rows)
      } else if layout.detail?.contains(point) == true {
        focus = .detail
      } else if layout.composer?.contains(point) == true {
        return perform(.compose)
      }
      return []
    default: return []
    }
  }
}
