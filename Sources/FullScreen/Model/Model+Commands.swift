import Bytes
import Inspector
import PlainText
import Terminal
import WebSocketCore

extension Model {
  /// Does what a key or the palette asks for.
  mutating func perform(_ command: ScreenCommand) -> [Effect] {
    switch command {
    case .next: return move(1)
    case .previous: return move(-1)
    case .pageDown: return move(page)
    case .pageUp: return move(-page)
    case .halfDown: return move(max(1, page / 2))
    case .halfUp: return move(-max(1, page / 2))
    case .oldest: goToEnd(isFirst: true)
    case .newest: goToEnd(isFirst: false)
    case .open: open()
    case .back: back()
    case .leave: leavePane()
    case .nextPane: cyclePane(1)
    case .previousPane: cyclePane(-1)
    case .nextTab: cycleTab(1)
    case .previousTab: cycleTab(-1)
    case .nextFrame:
      guard detail.frames.frames.count > 1 else { break }
      detail.frame = (detail.frame + 1) % detail.frames.frames.count
      detail.tab = .frames
    case .connection(let number): look(at: number - 1)
    case .nextConnection: look(at: connections.isEmpty ? 0 : (current + 1) % connections.count)
    case .previousConnection:
      look(at: connections.isEmpty ? 0 : (current + connections.count - 1) % connections.count)
    case .search: ask(.search, list.state.searchText)
    case .searchNext: goToHit(isNext: true)
    case .searchPrevious: goToHit(isNext: false)
    case .filter: ask(.filter, list.state.filterText)
    case .follow:
      if list.state.isFollowing, let selected { stay(at: selected) } else { list.state.follow() }
    case .pause: pause()
    case .heartbeats:
      list.state.hidesHeartbeats.toggle()
      return applyFilter()
    case .time:
      settings.advance("time")
      return [.keepSettings]
    case .wire: detail.isWire.toggle()
    case .mark: toggleMark()
    case .nextMark: goToMark()
    case .zoom: isZoomed.toggle()
    case .layout:
      settings.advance("layout")
      return [.keepSettings]
    case .second: showSecond()
    case .merge: merge()
    case .mouse:
      settings.advance("mouse")
      message = settings.mouse ? "mouse on: Shift-drag selects text, M gives the mouse back" : "mouse off"
      return [.keepSettings]
    case .connectionPane:
      focus = focus == .connection ? .list : .connection
      connectionTop = 0
    case .compose:
      if connection?.phase == .file {
        message = "a capture cannot be sent to"
      } else if connection != nil {
        focus = .composer
        judge()
      }
    case .palette: overlay = .picker(Picker("commands", paletteEntries, widths: widths))
    case .help: overlay = .help(top: 0)
    case .settings: overlay = .settings(selection: 0)
    case .suspend: return [.suspend]
    case .lines: return lines()
    case .redraw: return [.redraw]
    case .quit: return quit()
    default: return performOnMessage(command)
    }
    return []
  }

  /// What concerns a message, the composer or the connection.
  private mutating func performOnMessage(_ command: ScreenCommand) -> [Effect] {
    switch command {
    case .editResend: editSelected()
    case .resend: return resend()
    case .resendMany: ask(.count, "")
    case .copyPayload: return copy { $0.payload($1.id) }
    case .copyBytes: return copy { Array(Base64.encode($0.payload($1.id)).utf8) }
    case .copyFrame: return copy { Array(Self.hex($0.frames($1.id), $0.payload($1.id)).utf8) }
    case .copyStep:
      return copy { store, row in store.row(row.id).map { Array(Self.step($0, store.payload(row.id)).utf8) } }
    case .copyCommand: return copyCommand()
    case .copyPath:
      guard let path = selectedPath else { break }
      message = "copied \(path)"
      return [.copy(Array(path.utf8))]
    case .save:
      guard let selected else { break }
      ask(.save, "message-\(selected.connection)-\(selected.id)")
    case .payloadType: changeComposer { $0.type = $0.type.next }
    case .frameForm:
      if let composer = connection?.composer { overlay = .form(FrameForm(composer)) }
    case .saveSnippet:
      if connection?.composer.editor.isEmpty == false { ask(.snippetName, "") }
    case .insertSnippet:
      if snippets.isEmpty {
        message = "no snippets yet: Ctrl-X s keeps what is written as one"
      } else {
        let entries = snippets.map { Picker.Entry(label: $0.name, detail: $0.type.rawValue, choice: .snippet($0.name)) }
        overlay = .picker(Picker("snippets", entries, widths: widths))
      }
    case .setVariable: ask(.variable, "")
    case .ping: return openNumber().map { [.ping($0)] } ?? []
    case .close:
      if connection?.isAlive == true { ask(.close, "1000") } else { message = "the connection is closed" }
    case .reconnect:
      guard let connection, connection.phase != .file else { break }
      return [.reconnect(connection.number)]
    case .reconnectByItself:
      guard let connection, connection.phase != .file else { break }
      connections[current].reconnects.toggle()
      message = connection.reconnects ? "does not connect again by itself" : "connects again by itself"
      return [.setReconnecting(connection.number, !connection.reconnects)]
    case .stall:
      guard let number = openNumber() else { break }
      connections[current].isStalled.toggle()
      return [.stall(number, connections[current].isStalled)]
    case .connectTo: ask(.connect, "")
    default: break
    }
    return []
  }

  /// The number of the connection that is looked at; nil, and a word about it, where it is not open.
  private mutating func openNumber() -> Int? {
    guard let connection, connection.isOpen else {
      message = "the connection is not open"
      return nil
    }
    return connection.number
  }

  mutating func changeComposer(_ body: (inout Composer) -> Void) {
    guard connections.indices.contains(current) else { return }
    body(&connections[current].composer)
    renewCompleters()
    judge()
  }

  mutating func ask(_ kind: Question.Kind, _ text: String) {
    overlay = .question(Question(kind, text: text, widths: widths))
  }

  // MARK: Messages

  /// The opcode and the payload of the selected message, if all of it is kept.
  private mutating func selectedMessage() -> (opcode: Opcode, payload: [UInt8])? {
    guard let selected, let row = row(selected), let store = store(of: selected), !row.isNote else {
      message = "no message is selected"
      return nil
    }
    guard !row.isCut else {
      message = "not all of this message is kept"
      return nil
    }
    return (row.frameOpcode, store.payload(selected.id))
  }

  /// Among the messages of all connections, the selected one says which is meant.
  private mutating func turnToSelected() {
    if merged != nil, let selected, let place = place(of: selected.connection) { current = place }
  }

  private mutating func editSelected() {
    guard let (opcode, payload) = selectedMessage() else { return }
    turnToSelected()
    focus = .composer
    changeComposer { $0.edit(opcode, payload) }
  }

  private mutating func resend() -> [Effect] {
    guard let (opcode, payload) = selectedMessage() else { return [] }
    turnToSelected()
    guard let number = openNumber() else { return [] }
    switch opcode {
    case .text, .binary:
      message = "sent again: \(Quantity.bytes(payload.count))"
      return [.send(number, opcode, payload, count: 1)]
    case .ping: return [.ping(number)]
    default:
      message = "only messages and pings are sent again"
      return []
    }
  }

  private mutating func copy(_ bytes: (MessageStore, RowReference) -> [UInt8]?) -> [Effect] {
    guard let selected, let store = store(of: selected), let bytes = bytes(store, selected) else { return [] }
    guard bytes.count <= Self.maximumCopy else {
      message = "too large to copy: \(Quantity.bytes(bytes.count)); w saves it"
      return []
    }
    message = "copied \(Quantity.bytes(bytes.count)) to the clipboard, if the terminal allows it"
    return [.copy(bytes)]
  }

  private mutating func copyCommand() -> [Effect] {
    guard let (opcode, payload) = selectedMessage(), let selected, let place = place(of: selected.connection) else {
      return []
    }
    let command = Self.command(opcode, payload, to: connections[place].url)
    return copy { _, _ in Array(command.utf8) }
  }

  /// A message as a command of a shell that sends it.
  static func command(_ opcode: Opcode, _ payload: [UInt8], to url: String) -> String {
    func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }
    if opcode == .text, let text = String(validating: payload, as: UTF8.self), !payload.contains(0) {
      return "wscope -x \(quoted(text)) \(quoted(url))"
    }
    let digits = payload.map(HexDigits.text).joined()
    return "echo \(digits) | wscope --hex \(quoted(url))"
  }

  /// Terminals drop longer ones.
  private static let maximumCopy = 1 << 20

  /// Frames in hexadecimal, a line each, their payloads unmasked.
  static func hex(_ frames: StoredFrames, _ payload: [UInt8]) -> String {
    let bytes = frames.wire.isEmpty ? payload : frames.wire
    var start = 0
    let lines = frames.frames.map { frame in
      let end = min(bytes.count, start + frame.payloadSize)
      defer { start = end }
      return (frame.headerBytes + bytes[start..<end]).map(HexDigits.text).joined()
    }
    return lines.joined(separator: "\n")
  }

  /// A message as a step of a script.
  static func step(_ row: MessageRow, _ payload: [UInt8]) -> String {
    let arrow = row.isReceived ? "<" : ">"
    switch row.frameOpcode {
    case .text:
      let text = String(decoding: payload, as: UTF8.self)
      let isPlain =
        !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } && text.trimmingIsNothing
        && !text.contains("${")
      return isPlain ? "\(arrow) \(text)" : "\(arrow)text \(text.replacing("${", with: "$${").quotedAsJSON)"
    case .ping, .pong:
      return "\(arrow)\(row.frameOpcode.name) \(String(decoding: payload, as: UTF8.self).quotedAsJSON)"
    case .close where payload.count >= 2: return "\(arrow)close \(payload.span.bigEndian(at: 0, as: UInt16.self))"
    case .close: return "\(arrow)close"
    default: return "\(arrow)hex " + payload.map(HexDigits.text).joined()
    }
  }

  /// The path of the JSON node the cursor is at.
  var selectedPath: String? {
    detail.node.flatMap { detail.tree?.path(of: $0, in: detail.payload.span) }
  }

  // MARK: The line session

  /// Goes on with what was being written in the line session.
  mutating func goOn(with draft: String) {
    guard let place = lent.flatMap(place(of:)), !draft.isEmpty else { return }
    look(at: place)
    focus = .composer
    changeComposer { composer in
      composer.type = .text
      if composer.editor.text != draft { composer.editor.replaceText(draft) }
    }
  }

  /// Back to the line session. A text that is being written goes along.
  private mutating func lines() -> [Effect] {
    guard let place = lent.flatMap(place(of:)) else {
      message = "there is no line session: wscope URL begins one, and F2 changes to this screen and back"
      return []
    }
    let composer = connections[place].composer
    guard composer.type == .text || composer.type == .json else { return [.lines("")] }
    connections[place].composer.editor.replaceText("")
    return [.lines(composer.editor.text)]
  }

  // MARK: The end

  private mutating func quit() -> [Effect] {
    if focus != .list || isZoomed || merged != nil || second != nil {
      if focus != .list || isZoomed {
        focus = .list
        isZoomed = false
      } else if merged != nil {
        merged = nil
      } else {
        second = nil
      }
      return []
    }
    if lent != nil { return lines() }
    let alive = connections.count { $0.isAlive }
    let drafts = connections.count { !$0.composer.editor.isEmpty }
    guard alive + drafts > 0, !isQuitAsked else { return [.quit] }
    isQuitAsked = true
    let words = [
      alive > 0 ? "\(Quantity.count(alive, "connection")) open" : nil,
      drafts > 0 ? "\(Quantity.count(drafts, "draft")) not sent" : nil,
    ].compactMap { $0 }
    message = "\(words.joined(separator: ", ")): q again quits"
    return []
  }
}

extension String {
  /// Whether no blank stands at either end.
  fileprivate var trimmingIsNothing: Bool { first != " " && last != " " }
}
