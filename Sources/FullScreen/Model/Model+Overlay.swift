import Inspector
import PlainText
import Terminal
import WebSocketCore

extension Model {
  /// All commands, with the keys that ask for them.
  var paletteEntries: [Picker.Entry] {
    var entries: [Picker.Entry] = []
    for binding in keys.bindings {
      if case .connection(let number) = binding.command, number > 1 { continue }
      guard !entries.contains(where: { $0.choice == .command(binding.command) }) else { continue }
      entries.append(Picker.Entry(label: binding.summary, detail: binding.shown, choice: .command(binding.command)))
    }
    entries.append(
      Picker.Entry(label: "reconnect by itself, or not", detail: "", choice: .command(.reconnectByItself)))
    return entries
  }

  mutating func takeInOverlay(_ key: Key) -> [Effect] {
    switch overlay {
    case .question(let question): return take(key, in: question)
    case .picker(let picker): return take(key, in: picker)
    case .help(let top):
      switch key {
      case .character("j"), Key(.down): overlay = .help(top: top + 1)
      case .character("k"), Key(.up): overlay = .help(top: max(0, top - 1))
      case .character(" "), Key(.pageDown): overlay = .help(top: top + max(1, size.rows - 4))
      case .character("b"), Key(.pageUp): overlay = .help(top: max(0, top - max(1, size.rows - 4)))
      default: overlay = nil
      }
    case .settings(let selection):
      let rows = settings.rows
      switch key {
      case .character("j"), Key(.down): overlay = .settings(selection: min(selection + 1, rows.count - 1))
      case .character("k"), Key(.up): overlay = .settings(selection: max(0, selection - 1))
      case Key(.enter), .character(" "), Key(.right), .character("l"):
        settings.advance(rows[selection].name)
        return [.keepSettings]
      default: overlay = nil
      }
    case .form(let form): take(key, in: form)
    case nil: break
    }
    return []
  }

  private mutating func take(_ key: Key, in form: FrameForm) {
    var form = form
    switch form.take(key) {
    case .goOn: overlay = .form(form)
    case .cancel: overlay = nil
    case .write(let text):
      overlay = nil
      focus = .composer
      changeComposer {
        $0.type = .frame
        $0.editor.replaceText(text)
      }
    }
  }

  // MARK: Picking

  private mutating func take(_ key: Key, in picker: Picker) -> [Effect] {
    var picker = picker
    switch key {
    case Key(.escape), .control("c"), .control("g"):
      overlay = nil
      return []
    case Key(.down), .control("n"): picker.move(by: 1)
    case Key(.up), .control("p"): picker.move(by: -1)
    case Key(.enter):
      overlay = nil
      return picker.selected.map { pick($0.choice) } ?? []
    default:
      _ = picker.editor.handle(.key(key), now: start.advanced(by: .nanoseconds(now)))
      picker.typed()
    }
    overlay = .picker(picker)
    return []
  }

  private mutating func pick(_ choice: Picker.Choice) -> [Effect] {
    switch choice {
    case .command(let command): return perform(command)
    case .snippet(let name):
      guard let snippet = snippets.first(where: { $0.name == name }) else { return [] }
      focus = .composer
      changeComposer {
        $0.type = snippet.type
        $0.editor.replaceText(snippet.text)
      }
      return []
    }
  }

  // MARK: Questions

  private mutating func take(_ key: Key, in question: Question) -> [Effect] {
    var question = question
    if !question.editor.isChoosing, [Key(.escape), .control("c"), .control("g")].contains(key) {
      overlay = nil
      return restore(question)
    }
    let actions = question.editor.handle(.key(key), now: start.advanced(by: .nanoseconds(now)))
    overlay = .question(question)
    for action in actions {
      if case .submit(let text) = action {
        overlay = nil
        return answered(question, text)
      }
    }
    return questionChanged()
  }

  /// A filter works while it is typed.
  mutating func questionChanged() -> [Effect] {
    guard case .question(var question)? = overlay else { return [] }
    let text = question.editor.text
    switch question.kind {
    case .filter where text != list.state.filterText:
      let old = list.state.filterText
      list.state.filterText = text
      if let failure = list.applyFilter(stores, names) {
        question.complaint = "\(failure)"
        list.state.filterText = old
      } else {
        question.complaint = nil
      }
      overlay = .question(question)
      return [.forgetMatcher(isMerged: merged != nil)]
    default: return []
    }
  }

  /// Esc: as it was before.
  private mutating func restore(_ question: Question) -> [Effect] {
    guard question.kind == .filter, list.state.filterText != question.old else { return [] }
    list.state.filterText = question.old
    return applyFilter()
  }

  private mutating func answered(_ question: Question, _ text: String) -> [Effect] {
    switch question.kind {
    case .filter:
      list.state.filterText = text
      if let failure = list.applyFilter(stores, names) {
        var again = Question(.filter, text: text, widths: widths)
        again.complaint = "\(failure); \(failure.hint)"
        overlay = .question(again)
        list.state.filterText = question.old
        return []
      }
      return [.forgetMatcher(isMerged: merged != nil)]
    case .search:
      list.state.searchText = text
      list.applySearch(stores, names)
      let effects = step()
      if !text.isEmpty { goToHit(isNext: false) }
      return [.forgetMatcher(isMerged: merged != nil)] + effects
    case .connect: return text.isEmpty ? [] : [.connect(text)]
    case .close: return close(text)
    case .save:
      guard !text.isEmpty, let selected, let store = store(of: selected) else { return [] }
      return [.save(path: text, store.payload(selected.id))]
    case .count:
      guard let count = Int(text), (1...1_000_000).contains(count) else {
        message = "\"\(text)\" is no number from 1 to 1,000,000"
        return []
      }
      return sendMany(count)
    case .snippetName:
      guard let composer = connection?.composer, !text.isEmpty else { return [] }
      Snippet.keep(Snippet(name: text, type: composer.type, text: composer.editor.text), in: &snippets)
      renewCompleters()
      message = "kept as \(text); type its name and Tab, or Ctrl-X i"
      return [.keepSnippets]
    case .variable:
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        message = "a variable is written as name=value"
        return []
      }
      variables.values[parts[0].trimmed] = String(parts[1])
      renewCompleters()
      judge()
      return []
    }
  }

  private mutating func sendMany(_ count: Int) -> [Effect] {
    guard let connection else { return [] }
    if focus != .composer, let selected, let row = row(selected), let store = store(of: selected), !row.isNote,
      !row.isCut, !row.frameOpcode.isControl
    {
      guard connection.isOpen else {
        message = "the connection is not open"
        return []
      }
      return [.send(connection.number, row.frameOpcode, store.payload(selected.id), count: count)]
    }
    return send(connection.composer.editor.text, count: count)
  }

  private mutating func close(_ text: String) -> [Effect] {
    guard let connection else { return [] }
    let parts = text.split(separator: " ", maxSplits: 1)
    guard let word = parts.first, let code = UInt16(word) else {
      if text.isEmpty { return [.close(connection.number, code: 1000, reason: "")] }
      message = "\"\(text)\" does not begin with a code: 1000 done"
      return []
    }
    return [.close(connection.number, code: code, reason: parts.count > 1 ? String(parts[1]) : "")]
  }
}
