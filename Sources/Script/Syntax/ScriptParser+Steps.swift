import Inspector
import WebSocketCore

/// Steps that begin with a word.
extension ScriptParser {
  /// What a line is, with what belongs to it; `include` makes several steps.
  mutating func step(_ line: SourceLine, depth: Int) throws(ScriptError) -> [Step] {
    guard depth <= Self.depthLimit else {
      throw LineReader(line, file: file).error("blocks lie more than \(Self.depthLimit) deep", hint: nil)
    }
    if let action = try message(line) { return [Step(place: LineReader(line, file: file).place, action: action)] }
    var reader = LineReader(line, file: file)
    let word = reader.word()
    if word == "include" {
      try refuseChildren(of: line)
      return try included(&reader)
    }
    guard let action = try action(word, &reader, depth: depth) else { throw unknown(word, line) }
    return [Step(place: reader.place, action: action)]
  }

  private mutating func action(
    _ word: String, _ reader: inout LineReader, depth: Int
  ) throws(ScriptError) -> Step.Action? {
    let line = reader.line
    switch word {
    case "connect": return .connect(try connect(&reader))
    case "server": return .server(try server(&reader))
    case "accept": return .accept(try accept(&reader))
    case "ignore", "when": return try rule(&reader, answers: word == "when")
    case "any": return .anyOrder(try anyOrder(&reader))
    case "repeat":
      let count = try reader.number(1...1_000_000, "repeat N, and the steps indented below")
      try reader.end()
      guard !line.children.isEmpty else {
        throw reader.error("nothing is repeated", hint: "the steps are indented below the line", at: 0)
      }
      return .repeat(count, steps(line.children, depth: depth + 1))
    case "case":
      throw reader.error(
        "a case stands at the first column of a script", hint: "neither a block nor an included file holds one", at: 0)
    default: break
    }
    let action: Step.Action
    switch word {
    case "reconnect": action = .reconnect(try connectionName(&reader))
    case "drop": action = .drop(try connectionName(&reader))
    case "stall": action = .stall(try connectionName(&reader))
    case "resume": action = .resume(try connectionName(&reader))
    case "wait": action = .wait(try reader.time("wait TIME"))
    case "within": action = .within(try reader.time("within TIME"))
    case "set":
      let name = try definedName(&reader, "set NAME = VALUE")
      action = .set(name, try setValue(reader.rest()))
      names.give(name, \.values)
    default: return nil
    }
    try reader.end()
    try refuseChildren(of: line)
    return action
  }

  private func unknown(_ word: String, _ line: SourceLine) -> ScriptError {
    let hint =
      switch word {
      case "assert", "capture", "header", "subprotocol": "indent it below the line it belongs to"
      case "|": "indent it below the message that it continues"
      case "send": "> TEXT sends a text, >json VALUE JSON"
      case "expect", "receive", "recv": "< TEXT waits for a text, <json VALUE for JSON"
      case "close": ">close 1000 sends a Close, <close 1000 waits for one"
      case "ping": ">ping sends one, <pong waits for its answer"
      case "sleep", "delay", "pause": "wait TIME waits"
      case "timeout", "limit": "within TIME sets the limit of what follows"
      default:
        "a line begins with > or <, with a connection's name and one of them, or with connect, server, accept, "
          + "reconnect, drop, stall, resume, set, wait, within, ignore, when, any order, repeat, include or case"
      }
    return LineReader(line, file: file).error("\"\(word)\" begins no step", hint: hint)
  }

  func refuseChildren(of line: SourceLine) throws(ScriptError) {
    guard let child = line.children.first else { return }
    throw LineReader(child, file: file).error(
      "nothing can be indented below line \(line.number)", hint: "begin it at the column of the line above")
  }

  // MARK: Names

  /// The name of a connection, or none.
  private mutating func connectionName(_ reader: inout LineReader) throws(ScriptError) -> String? {
    let start = reader.index
    let word = reader.word()
    if !word.isEmpty { try checkConnectionName(word, reader, start) }
    names.use(word, \.connections, in: reader.source, at: start)
    return word.isEmpty ? nil : word
  }

  private func checkConnectionName(_ word: String, _ reader: LineReader, _ start: Int) throws(ScriptError) {
    guard ScriptName.isConnection(word) else {
      throw reader.error(
        "\"\(word)\" is no name", hint: "a name is a letter, then letters, digits, _ and -", at: start)
    }
  }

  /// `NAME =`, the name of a value that is given one here.
  mutating func definedName(_ reader: inout LineReader, _ usage: String) throws(ScriptError) -> String {
    let start = reader.index
    let name = reader.text { !TextCursor.isBlank($0) && $0 != UInt8(ascii: "=") }
    guard ScriptName.isVariable(name), !name.contains(".") else {
      throw reader.error(
        name.isEmpty ? "the name is missing" : "\"\(name)\" is no name",
        hint: "write \(usage); a name is a letter, then letters, digits, _ and -", at: start)
    }
    guard !ScriptName.reserved.contains(name) else {
      throw reader.error("\"\(name)\" means something of its own in ${…}", hint: "take another name", at: start)
    }
    reader.skipBlanks()
    guard reader.take("=") else { throw reader.error("\"=\" is missing", hint: "write \(usage)") }
    reader.skipBlanks()
    return name
  }

  // MARK: Values

  private mutating func setValue(_ source: SourceText) throws(ScriptError) -> SetValue {
    switch source.text.utf8.first {
    case nil:
      throw source.error(at: 0, "the value is missing", hint: "an empty text is written \"\"")
    case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""):
      return .json(try json(source))
    default: return .text(try template(source))
    }
  }

  mutating func template(_ source: SourceText) throws(ScriptError) -> Template {
    var parser = TemplateParser(source)
    defer { note(parser.uses) }
    return try parser.template()
  }

  mutating func json(_ source: SourceText) throws(ScriptError) -> JSONTemplate {
    var parser = TemplateParser(source)
    defer { note(parser.uses) }
    return try parser.json()
  }

  /// A template that knows what stands in quotes; `check` looks at what it is without values.
  mutating func quoting(
    _ source: SourceText, check: (String) throws(HandmadeFrameFailure) -> Void
  ) throws(ScriptError) -> JSONTemplate {
    var parser = TemplateParser(source)
    defer { note(parser.uses) }
    let (template, sample) = try parser.quotingTemplate()
    let isOpen = template.pieces.contains { if case .value(_, inString: false, _) = $0 { true } else { false } }
    guard !isOpen else { return template }
    do throws(HandmadeFrameFailure) { try check(String(decoding: sample, as: UTF8.self)) } catch {
      let characters = source.text.prefix(error.column - 1)
      throw source.error(at: characters.utf8.count, error.sentence, hint: error.hint)
    }
    return template
  }

  private mutating func note(_ uses: [TemplateParser.Use]) {
    for use in uses {
      switch use.source {
      case .variable(let name): names.use(name, \.values, in: use.text, at: use.offset)
      case .environment(let name) where surroundings.hasEnvironment?(name) == false:
        note { (_) throws(ScriptError) in
          throw use.text.error(
            at: use.offset, "the environment has no \(name)", hint: "set it, as in \(name)=VALUE wscope run SCRIPT")
        }
      default: break
      }
    }
  }

  // MARK: Connections

  private mutating func connect(_ reader: inout LineReader) throws(ScriptError) -> ConnectStep {
    let start = reader.index
    var name: String?
    if let first = reader.peekedWord as String?, ScriptName.isConnection(first) {
      _ = reader.word()
      guard !reader.isAtEnd else {
        throw reader.error(
          "\"\(first)\" is no URL", hint: "a URL has a scheme here: connect ws://\(first)", at: start)
      }
      name = first
    }
    guard !reader.isAtEnd else {
      throw reader.error("the URL is missing", hint: "write connect URL, or connect NAME URL")
    }
    let source = reader.rest()
    var step = ConnectStep(connection: name, url: try url(source))
    names.give(name ?? ScriptNames.unnamed, \.connections)
    for child in reader.line.children {
      note { (parser) throws(ScriptError) in
        var reader = LineReader(child, file: parser.file)
        if let limit = try parser.limit(&reader) {
          step.limit = limit
        } else if let condition = try parser.condition(&reader, about: .handshake) {
          step.conditions.append(condition)
        } else {
          step.options.append(try parser.connectOption(&reader))
        }
        try parser.refuseChildren(of: child)
      }
    }
    return step
  }

  private mutating func url(_ source: SourceText) throws(ScriptError) -> Template {
    let url = try template(source)
    guard let word = url.constant else { return url }
    if let blank = word.utf8.firstIndex(where: TextCursor.isBlank) {
      let offset = word.utf8.distance(from: word.startIndex, to: blank)
      throw source.error(
        at: offset, "a URL holds no blanks", hint: "write connect URL, or connect NAME URL; options are indented below")
    }
    guard word.contains("://") || word.hasPrefix("loopback:") || word.hasPrefix("ws+unix:") else {
      throw source.error(at: 0, "\"\(word)\" has no scheme", hint: "write connect ws://\(word)")
    }
    do throws(URLFailure) { _ = try WebSocketURL.parse(word) } catch {
      throw source.error(at: 0, error.description, hint: error.section)
    }
    return url
  }

  private mutating func connectOption(_ reader: inout LineReader) throws(ScriptError) -> ConnectOption {
    let name = reader.word()
    guard let takesValue = surroundings.connectOptions[name] else {
      throw reader.error(
        "a connection has no option \"\(name)\"",
        hint: name.hasPrefix("-")
          ? "leave out the dashes"
          : "below connect stand within, assert, capture, and options of wscope URL without their dashes, such as "
            + "header NAME: VALUE, subprotocol NAME or origin URL", at: 0)
    }
    guard takesValue else {
      try reader.end()
      return ConnectOption(place: reader.place, name: name)
    }
    guard !reader.isAtEnd else { throw reader.error("the value of \"\(name)\" is missing", hint: nil) }
    return ConnectOption(place: reader.place, name: name, value: try template(reader.rest()))
  }

  private mutating func server(_ reader: inout LineReader) throws(ScriptError) -> ServerStep {
    let usage = "write server NAME, or server NAME on HOST:PORT"
    let start = reader.index
    let name = reader.word()
    guard !name.isEmpty else { throw reader.error("the server has no name", hint: usage) }
    try checkConnectionName(name, reader, start)
    var step = ServerStep(name: name)
    if !reader.isAtEnd {
      guard reader.take(keyword: "on"), !reader.isAtEnd else {
        throw reader.error("the address is missing", hint: usage)
      }
      step.address = try template(reader.rest())
    }
    names.give(name, \.servers)
    names.give("\(name).url", \.values)
    for child in reader.line.children {
      note { (parser) throws(ScriptError) in
        var reader = LineReader(child, file: parser.file)
        try parser.serverOption(&reader, of: &step)
        try parser.refuseChildren(of: child)
      }
    }
    return step
  }

  private mutating func serverOption(
    _ reader: inout LineReader, of step: inout ServerStep
  ) throws(ScriptError) {
    let name = reader.word()
    if name == "no-deflate" {
      step.deflates = false
      return try reader.end()
    }
    guard ["subprotocol", "tls-cert", "tls-key"].contains(name) else {
      throw reader.error(
        "a server has no option \"\(name)\"",
        hint: "below server stand subprotocol NAME, tls-cert FILE, tls-key FILE and no-deflate", at: 0)
    }
    guard !reader.isAtEnd else { throw reader.error("the value of \"\(name)\" is missing", hint: nil) }
    let value = try template(reader.rest())
    switch name {
    case "subprotocol": step.subprotocols.append(value)
    case "tls-cert": step.certificateFile = value
    default: step.keyFile = value
    }
  }

  private mutating func accept(_ reader: inout LineReader) throws(ScriptError) -> AcceptStep {
    let usage = "write accept NAME, or accept NAME from SERVER"
    var step = AcceptStep()
    if !reader.isAtEnd, reader.peekedWord != "from" {
      let start = reader.index
      let name = reader.word()
      try checkConnectionName(name, reader, start)
      step.connection = name
    }
    let start = reader.index
    if !reader.isAtEnd {
      guard reader.take(keyword: "from"), !reader.isAtEnd else {
        throw reader.error("\"\(reader.peekedWord)\" is not understood here", hint: usage, at: start)
      }
      let nameStart = reader.index
      let name = reader.word()
      step.server = name
      names.use(name, \.servers, in: reader.source, at: nameStart)
      try reader.end()
    } else if !names.hasServer {
      throw reader.error("there is no server to accept from", hint: "server NAME makes one, before this line", at: 0)
    }
    names.give(step.connection ?? ScriptNames.unnamed, \.connections)
    for child in reader.line.children {
      note { (parser) throws(ScriptError) in
        var reader = LineReader(child, file: parser.file)
        if let limit = try parser.limit(&reader) {
          step.limit = limit
        } else if let condition = try parser.condition(&reader, about: .request) {
          step.conditions.append(condition)
        } else {
          throw reader.error(
            "\"\(reader.peekedWord)\" cannot stand below accept", hint: "within, assert and capture can", at: 0)
        }
        try parser.refuseChildren(of: child)
      }
    }
    return step
  }

  /// `within TIME` below a line; nil where the line is another.
  mutating func limit(_ reader: inout LineReader) throws(ScriptError) -> Duration? {
    guard reader.take(keyword: "within") else { return nil }
    let time = try reader.time("within TIME")
    try reader.end()
    return time
  }
}
