import Bytes
import Engine
import Inspector
import PlainText
import Terminal
import TerminalLoop
import Transport
import WebSocketCore

extension ScreenProgram {
  /// Does what the model asks for.
  func perform(_ effect: Effect) {
    switch effect {
    case .send(let number, let opcode, let payload, let count):
      repeats[number, default: []].append(Repeat(opcode: opcode, payload: payload, left: count))
      sendRepeats(number)
    case .sendFrame(let number, let text, let count): sendFrame(number, text, count)
    case .sendFile(let number, let path, let count): sendFile(number, path, count)
    case .ping(let number): ping(number)
    case .close(let number, let code, let reason): close(number, CloseCode(rawValue: code), reason)
    case .reconnect(let number):
      give(.connecting(number))
      sessions[number]?.connect()
    case .setReconnecting(let number, let isOn): sessions[number]?.reconnects = isOn ? ReconnectPolicy() : nil
    case .stall(let number, let isOn): sessions[number]?.connection?.isStalled = isOn
    case .connect(let url): connect(url)
    case .copy(let bytes): addAside(Array("\u{1b}]52;c;\(Base64.encode(bytes))\u{1b}\\".utf8))
    case .save(let path, let bytes):
      do {
        try UserFile.create(bytes, at: path)
        give(.told("saved \(Quantity.bytes(bytes.count)) to \(path)"))
      } catch {
        give(.told("\(error)"))
      }
    case .keepSnippets, .keepSettings: keepFiles(effect)
    case .editExternally(let text): edit(text)
    case .match(let key, let payloads): match(key, payloads)
    case .forgetMatcher(let isMerged): matchers = matchers.filter { $0.key.isMerged != isMerged }
    case .suspend: terminal?.suspend()
    case .redraw: redraw()
    case .quit: leave()
    case .lines(let draft): options.showLines?(draft)
    }
  }

  private func connect(_ url: String) {
    do {
      guard let plan = try owner?.screenPlan(for: url) else { return }
      connect(plan)
    } catch {
      give(.told(error.text))
    }
  }

  // MARK: Sending

  private func connection(_ number: Int) -> Connection? { sessions[number]?.connection }

  /// Sends what waits, as far as the connection takes it.
  func sendRepeats(_ number: Int) {
    guard let connection = connection(number), connection.isOpen else {
      repeats[number] = nil
      return
    }
    connection.batch {
      while var first = repeats[number]?.first, !connection.isFull {
        guard connection.send(first.opcode, first.payload.span) else {
          repeats[number] = nil
          return give(.told("not sent: the connection takes no message now"))
        }
        first.left -= 1
        if first.left == 0 { repeats[number]?.removeFirst() } else { repeats[number]?[0] = first }
        // Many go out in pieces, so that keys are heard meanwhile.
        if first.left > 0, first.left % 1000 == 0 {
          context.loop.schedule(after: .zero) { [weak self] in self?.sendRepeats(number) }
          return
        }
      }
    }
    changed()
  }

  private func sendFrame(_ number: Int, _ text: String, _ count: Int) {
    guard let connection = connection(number), let frame = try? HandmadeFrame.parse(text) else { return }
    connection.batch {
      for _ in 0..<min(count, 10_000) where !connection.isFull {
        let header = frame.header(role: connection.role) { connection.makeMaskingKey() }
        connection.sendFrame(header, frame.payload.span)
      }
    }
    changed()
  }

  private func sendFile(_ number: Int, _ path: String, _ count: Int) {
    do {
      let bytes = try UserFile.read(path)
      let isText = (try? UTF8Span(validating: bytes.span)) != nil
      perform(.send(number, isText ? .text : .binary, bytes, count: count))
    } catch {
      give(.told("\(error)"))
    }
  }

  private func ping(_ number: Int) {
    let payload = withUnsafeBytes(of: UInt32.random(in: .min ... .max)) { Array($0) }
    try? connection(number)?.ping(payload.span)
    changed()
  }

  private func close(_ number: Int, _ code: CloseCode, _ reason: String) {
    guard let session = sessions[number] else { return }
    guard let connection = session.connection else {
      model.change(number) { $0.reconnects = false }
      session.abandon()
      return give(.failed(number, "given up"))
    }
    do { try connection.close(code, reason: reason) } catch { give(.told("\(error)")) }
    changed()
  }

  // MARK: Expressions

  private func match(_ key: MatchKey, _ payloads: [[UInt8]]) {
    do {
      let matcher = try matchers[key] ?? makeMatcher(key)
      matchers[key] = matcher
      for payload in payloads { matcher.ask(payload.span) }
    } catch {
      give(.matched(key, nil))
    }
  }

  private func makeMatcher(_ key: MatchKey) throws(SystemError) -> PatternMatcher {
    let filter = model.filter(key)
    return try PatternMatcher(
      loop: context.loop, makeMatcher: { filter?.makeMatcher() },
      answered: { [weak self] answer in
        guard let self else { return }
        switch answer {
        case .found: give(.matched(key, true))
        case .notFound: give(.matched(key, false))
        case .late:
          matchers[key] = nil
          give(.matched(key, nil))
        }
      })
  }

  // MARK: The editor

  private func edit(_ text: String) {
    do {
      let file = try EditedFile(text)
      try terminal?.run(file.command) { [weak self] status in
        do {
          self?.give(.edited(try file.text(after: status)))
        } catch {
          self?.give(.told("\(error)"))
        }
      }
    } catch {
      give(.told("\(error)"))
    }
  }

  // MARK: Files of the user

  private var settingsPath: String? { options.folder.map { "\($0)/config" } }
  private var keysPath: String? { options.folder.map { "\($0)/keys" } }
  private var snippetsPath: String? { options.folder.map { "\($0)/snippets" } }

  /// Reads settings, keys and snippets.
  /// - Returns: what is wrong in them.
  func readFiles() -> [String] {
    var complaints: [String] = []
    if let path = settingsPath, let file = try? UserFile.read(path) {
      let (settings, problems) = Settings.read(String(decoding: file, as: UTF8.self))
      model.settings = settings
      complaints += problems.map { "\(path): \($0)" }
    }
    if let path = keysPath, let file = try? UserFile.read(path) {
      let (keys, problems) = KeyTable.read(String(decoding: file, as: UTF8.self))
      model.keys = keys
      complaints += problems.map { "\(path): \($0)" }
    }
    if let path = snippetsPath, let file = try? UserFile.read(path) {
      model.snippets = Snippet.read(String(decoding: file, as: UTF8.self))
    }
    return complaints
  }

  private func keepFiles(_ effect: Effect) {
    terminal?.modes = modes
    let isSettings = effect == .keepSettings
    guard let path = isSettings ? settingsPath : snippetsPath else { return }
    do throws(FileFailure) {
      if isSettings {
        let old = (try? UserFile.read(path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        try UserFile.replace(Array(model.settings.written(into: old).utf8), at: path)
      } else {
        try UserFile.replace(Array(model.snippets.map { "\($0.line)\n" }.joined().utf8), at: path)
      }
    } catch {
      give(.told("\(error)"))
    }
  }
}
