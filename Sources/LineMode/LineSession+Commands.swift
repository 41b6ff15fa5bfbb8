import Engine
import Inspector
import PlainText
import Terminal
import TerminalLoop
import Trace
import Transport
import WebSocketCore
import WscopeOptions

/// What each slash command does.
extension LineSession {
  func run(_ command: LineCommand) throws(LineFailure) {
    switch command {
    case .ping(let payload), .pong(let payload):
      try sendControl(command == .ping(payload) ? .ping : .pong, payload)
    case .close(let frame): try close(frame)
    case .binary(let bytes): try send(binary: bytes, as: .bytes("hex", bytes))
    case .file(let path): try sendFile(path)
    case .json(let text): try send(text: text)
    case .fragments(let size, let text): try send(text: text, inFragmentsOf: size)
    case .frame(let frame, let source): try send(frame, source)
    case .bytes(let bytes): try send(bytes: bytes)
    case .repeat(let count, let every, let text):
      repeating?.stop()
      repeating = Repeating(count: count, every: every, text: text, session: self)
    case .stopRepeating:
      guard repeating != nil else { throw LineFailure("nothing is being repeated") }
      stopRepeating()
    case .show(let number): try show(number)
    case .save(let number, let path): try save(number, to: path)
    case .filter(let filter): try self.filter(by: filter)
    case .pause: pause()
    case .next: try showNext()
    case .pretty(let toggle): change("pretty", \.isPretty, toggle)
    case .escape(let toggle): change("escape", \.resolvesEscapes, toggle)
    case .multiline(let toggle): change("multiline", \.isMultiline, toggle)
    case .open(let url): try open(url)
    case .reconnect(let how): reconnect(how)
    case .stall(let isStalled): try stall(isStalled)
    case .drop: try openConnection().reset()
    case .headers: try showHeaders()
    case .tls: try showSecurity()
    case .stats: try showStatistics()
    case .help(let word): try help(word)
    case .quit: leave()
    }
  }

  /// The connection, where one may send.
  func openConnection() throws(LineFailure) -> Connection {
    guard let connection, !connection.isOver else {
      if state == .connecting { throw LineFailure("not connected yet") }
      throw LineFailure("there is no connection", hint: "/reconnect connects again")
    }
    return connection
  }

  // MARK: Sending

  /// Sends with `send`, and shows it as `step` if it could be sent.
  private func send(_ step: SentStep, _ send: (Connection) -> Bool) throws(LineFailure) {
    let connection = try openConnection()
    isSending = true
    defer { isSending = false }
    guard send(connection) else {
      throw LineFailure("nothing can be sent: the connection is closing, or a fragmented message is not ended")
    }
    view?.show(.sent(step))
  }

  func send(text: String) throws(LineFailure) {
    try send(.text(text)) { $0.send(.text, Array(text.utf8).span) }
  }

  private func send(binary bytes: [UInt8], as step: SentStep) throws(LineFailure) {
    try send(step) { $0.send(.binary, bytes.span) }
  }

  private func send(text: String, inFragmentsOf size: Int) throws(LineFailure) {
    try send(.word("fragments", "\(size) \(text)")) {
      $0.send(.text, Array(text.utf8).span, inFragmentsOf: size)
    }
  }

  private func send(_ frame: HandmadeFrame, _ source: String) throws(LineFailure) {
    try send(.word("frame", source)) { connection in
      connection.sendFrame(
        frame.header(role: connection.role, makeKey: connection.makeMaskingKey), frame.payload.span)
    }
  }

  private func send(bytes: [UInt8]) throws(LineFailure) {
    try send(.bytes("bytes", bytes)) { $0.sendBytes(bytes.span) }
  }

  private func sendControl(_ opcode: Opcode, _ payload: [UInt8]) throws(LineFailure) {
    let connection = try openConnection()
    guard connection.isOpen else { throw LineFailure("\(Misuse.closeAlreadySent)") }
    isSending = true
    defer { isSending = false }
    do throws(Misuse) {
      if opcode == .ping {
        try connection.ping(payload.span)
        pings.append(payload, at: session.context.loop.now)
      } else {
        try connection.pong(payload.span)
      }
    } catch {
      throw LineFailure("\(error)")
    }
    view?.show(.sent(.quoted(opcode.name, String(decoding: payload, as: UTF8.self))))
  }

  private func close(_ frame: CloseFrame?) throws(LineFailure) {
    let connection = try openConnection()
    let frame = frame ?? CloseFrame(code: options.closeCode, reason: options.closeReason)
    isSending = true
    defer { isSending = false }
    do throws(Misuse) { try connection.close(frame.code, reason: frame.reason) } catch {
      throw LineFailure("\(error)", hint: "/frame opcode=close hex 03e7 sends any code")
    }
    let code = frame.code.map { "\($0.rawValue)" } ?? ""
    view?.show(.sent(.word("close", frame.reason.isEmpty ? code : "\(code) \(frame.reason)")))
  }

  private func sendFile(_ path: String) throws(LineFailure) {
    let bytes = try LineFailure.of { () throws(FileFailure) in try UserFile.read(FileNames.expanded(path)) }
    let isText = (try? UTF8Span(validating: bytes.span)) != nil
    try send(.word("file", path)) { $0.send(isText ? .text : .binary, bytes.span) }
    view?.show(.note(["  \(isText ? "text" : "binary"), \(Quantity.bytes(bytes.count))"]))
  }

  // MARK: Messages

  private func message(_ number: Int?, where condition: (Message) -> Bool) throws(LineFailure) -> Message {
    if let number {
      guard let message = backlog[number] else {
        let first = backlog.kept.first.map { "; the oldest kept is \($0.number)" } ?? ""
        throw LineFailure("there is no message \(number)\(first)")
      }
      return message
    }
    guard let message = backlog.newest(where: condition) else { throw LineFailure("there is no message yet") }
    return message
  }

  private func show(_ number: Int?) throws(LineFailure) {
    view?.show(.whole(try message(number) { $0.direction == .received || !$0.opcode.isControl }))
  }

  private func save(_ number: Int?, to path: String) throws(LineFailure) {
    let message = try message(number) { $0.direction == .received && !$0.opcode.isControl }
    try LineFailure.of { () throws(FileFailure) in
      try UserFile.write(message.payload, to: FileNames.expanded(path))
    }
    view?.show(
      .note(["  message \(message.number), \(Quantity.bytes(message.payload.count)), written to \(path)"]))
  }

  private func filter(by filter: Filter?) throws(LineFailure) {
    let waiting = filtering?.takeWaiting() ?? []
    filtering = nil
    for message in waiting { show(message) }
    mayReadAgain()
    guard let filter else { return view?.show(.note(["  all messages are shown"])) ?? () }
    do {
      filtering = try Filtering(
        filter, loop: session.context.loop, passed: { [unowned self] in show($0) },
        gaveUp: { [unowned self] in
          try? self.filter(by: nil)
          view?.show(.failure(LineFailure("/filter: the pattern did not finish within a second, and is dropped")))
        }, moved: { [unowned self] in mayReadAgain() })
    } catch {
      throw LineFailure("/filter: no thread for the matcher: \(error)")
    }
    view?.show(.note(["  only messages that match are shown: \(filter.text)"]))
  }

  private func pause() {
    if held == nil {
      held = WaitingItems()
      view?.show(.note(["  paused: /next shows a message, /pause all"]))
    } else {
      var items = held ?? WaitingItems()
      held = nil
      while let next = items.next() { show(next) }
    }
    view?.hintChanged()
  }

  private func showNext() throws(LineFailure) {
    guard let next = held?.next() else { throw LineFailure(held == nil ? "not paused" : "nothing is held back") }
    show(next)
    view?.hintChanged()
  }

  private func show(_ next: WaitingItems<LineItem>.Next) {
    switch next {
    case .item(let item): view?.show(item)
    case .skipped(let count): view?.show(.skipped(count, inCapture: options.isCaptured))
    }
  }

  private func change(_ name: String, _ setting: WritableKeyPath<Settings, Bool>, _ toggle: LineCommand.Switch) {
    settings[keyPath: setting] = toggle.applied(to: settings[keyPath: setting])
    view?.settingsChanged()
    view?.show(.note(["  \(name) is \(settings[keyPath: setting] ? "on" : "off")"]))
  }

  // MARK: The connection

  private func open(_ url: String) throws(LineFailure) {
    guard let plan = try host?.plan(for: url) else { return }
    view?.show(.note(["  connecting to \(mask.target(plan.url.description))"]))
    connect(to: plan)
  }

  private func reconnect(_ how: LineCommand.Reconnect) {
    switch how {
    case .now: connect()
    case .auto:
      session.reconnects = ReconnectPolicy()
      view?.show(.note(["  connects again by itself when the connection is lost; /reconnect off ends that"]))
      if state == .lost { connect() }
    case .off:
      session.reconnects = nil
      view?.show(.note(["  does not connect again by itself"]))
    }
    view?.hintChanged()
  }

  private func stall(_ isStalled: Bool) throws(LineFailure) {
    try openConnection().isStalled = isStalled
    view?.show(.note([isStalled ? "  reading stands still: /resume reads again" : "  reading"]))
    view?.hintChanged()
  }

  // MARK: Facts

  private func showHeaders() throws(LineFailure) {
    guard !handshake.request.isEmpty else { throw LineFailure("nothing has been asked yet") }
    var lines: [String] = []
    for (sign, bytes) in [(">", handshake.request), ("<", handshake.response?.bytes ?? [])] {
      lines += String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
        .map { "  \(sign) \(mask.line(String($0)))" }
    }
    view?.show(.note(lines))
  }

  private func showSecurity() throws(LineFailure) {
    guard let security = handshake.security else {
      throw LineFailure("the connection is not encrypted", hint: "a URL that begins with wss: is")
    }
    view?.show(
      .note(
        ["  \(security.version), \(security.cipher)", "  certificate \(security.verification)"]
          + security.certificates.map { "  \($0)" }))
  }

  private func showStatistics() throws(LineFailure) {
    let connection = try openConnection()
    guard let statistics = connection.statistics else { return }
    let rows = StatisticsRows(
      statistics: statistics, age: connection.age, now: session.context.loop.now, queued: connection.queuedBytes,
      maximumQueue: connection.settings.maximumQueue, isReading: connection.isReading)
    view?.show(.note(rows.lines.map { "  \($0)" }))
  }

  private func help(_ word: String?) throws(LineFailure) {
    guard let word else { return view?.show(.help(nil)) ?? () }
    guard let name = SlashCommand.Name(rawValue: word) else {
      throw LineFailure("/\(word) is no command", hint: "/help lists all")
    }
    view?.show(.help(name))
  }
}
