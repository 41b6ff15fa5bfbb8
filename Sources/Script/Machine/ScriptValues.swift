import Bytes
public import JSONSyntax

/// Where values come from that a script does not give itself.
public struct ValueSources {
  public var environment: (String) -> String?
  public var uuid: () -> String
  /// The time of day, as RFC 3339.
  public var now: () -> String
  public var random: (ClosedRange<Int>) -> Int
  /// The bytes of a file.
  public var file: (_ path: String) -> Result<[UInt8], ScriptParser.Unreadable>

  public init(
    environment: @escaping (String) -> String?, uuid: @escaping () -> String, now: @escaping () -> String,
    random: @escaping (ClosedRange<Int>) -> Int,
    file: @escaping (_ path: String) -> Result<[UInt8], ScriptParser.Unreadable>
  ) {
    self.environment = environment
    self.uuid = uuid
    self.now = now
    self.random = random
    self.file = file
  }
}

/// Why a value is not there.
struct ValueFailure: Error {
  var kind = Failure.Kind.value
  var sentence: String
  var hint: String?
  /// The line it is missing in, where that is not the step's.
  var place: SourcePlace?
}

/// The values of a case, and texts with values put in.
struct ScriptValues {
  private(set) var variables: [String: JSONValue]
  /// Values that no report may show.
  private(set) var secrets: Set<String> = []
  let sources: ValueSources

  init(_ variables: [String: JSONValue], sources: ValueSources) {
    self.variables = variables
    self.sources = sources
    for (name, value) in variables { note(name, value) }
  }

  mutating func set(_ name: String, _ value: JSONValue) {
    variables[name] = value
    note(name, value)
  }

  /// A value whose name says that it is a secret is one. Short ones stand for themselves too often.
  private mutating func note(_ name: String, _ value: JSONValue) {
    guard Self.isSecret(name), case .string(let text) = value, text.utf8.count >= 4 else { return }
    secrets.insert(text)
  }

  /// Takes back what was set since `before`.
  mutating func forgetChanges(since before: ScriptValues) { variables = before.variables }

  /// What a source stands for; a file is looked for beside `place`'s.
  mutating func value(of source: ValueSource, at place: SourcePlace) throws(ValueFailure) -> JSONValue {
    switch source {
    case .variable(let name):
      guard let value = variables[name] else {
        throw ValueFailure(
          sentence: "\"\(name)\" has no value yet", hint: "the step that sets or captures it must run before this one")
      }
      return value
    case .environment(let name):
      guard let value = sources.environment(name) else {
        throw ValueFailure(sentence: "the environment has no \(name)", hint: "set it, as in \(name)=… wscope run …")
      }
      note(name, .string(value))
      return .string(value)
    case .uuid: return .string(sources.uuid())
    case .now: return .string(sources.now())
    case .random(let low, let high): return .number("\(sources.random(low...high))")
    case .file(let path): return .string(String(decoding: try bytes(of: path, at: place), as: UTF8.self))
    }
  }

  private static func isSecret(_ name: String) -> Bool {
    let name = name.uppercased()
    return ["TOKEN", "SECRET", "PASS", "PWD", "KEY", "AUTH", "COOKIE", "CREDENTIAL", "JWT"].contains {
      name.contains($0)
    }
  }

  func bytes(of path: String, at place: SourcePlace) throws(ValueFailure) -> [UInt8] {
    let path = ScriptParser.beside(place.file, path)
    switch sources.file(path) {
    case .success(let bytes): return bytes
    case .failure(let failure): throw ValueFailure(sentence: "cannot read \(path): \(failure.reason)")
    }
  }

  // MARK: Texts

  mutating func text(_ template: Template, at place: SourcePlace) throws(ValueFailure) -> String {
    if let constant = template.constant { return constant }
    var text = ""
    for piece in template.pieces {
      switch piece {
      case .text(let part): text += part
      case .value(let source): text += Self.plain(try value(of: source, at: place))
      }
    }
    return text
  }

  /// A value inside a text: a string as it is, all else as JSON.
  static func plain(_ value: JSONValue) -> String {
    if case .string(let text) = value { text } else { value.text }
  }

  /// How values are put into JSON.
  enum Insertion {
    /// As JSON values.
    case json
    /// So that none is taken for a placeholder.
    case expectation
    /// As they are, outside of strings: for hand-made frames.
    case plain
  }

  mutating func text(
    _ template: JSONTemplate, _ insertion: Insertion, at place: SourcePlace
  ) throws(ValueFailure) -> String {
    if let constant = template.constantText { return constant }
    var text = ""
    for piece in template.pieces {
      switch piece {
      case .text(let part): text += part
      case .value(let source, inString: true, let startsString):
        let plain = Self.plain(try value(of: source, at: place))
        let safe = insertion == .expectation && startsString ? JSONPlaceholder.escaping(plain) : plain
        text += JSONValue.string(safe).text.dropFirst().dropLast()
      case .value(.file(let path), inString: false, _) where insertion != .plain:
        // A part of the script, placeholders and all.
        let content = String(decoding: try bytes(of: path, at: place), as: UTF8.self)
        text += JSONValue(written: content).text
      case .value(let source, inString: false, _):
        let value = try value(of: source, at: place)
        switch insertion {
        case .json: text += value.text
        case .expectation: text += value.escapingPlaceholders.text
        case .plain: text += Self.plain(value)
        }
      }
    }
    return text
  }

  mutating func json(
    _ template: JSONTemplate, _ insertion: Insertion = .json, at place: SourcePlace
  ) throws(ValueFailure) -> JSONValue {
    let text = try text(template, insertion, at: place)
    do throws(JSONFailure) { return try JSONParser.parse(text.utf8Span.span) } catch {
      throw ValueFailure(sentence: "with its values this is no JSON: \(error)")
    }
  }

  /// The characters of a text that is written as a JSON string.
  mutating func quoted(_ template: JSONTemplate, at place: SourcePlace) throws(ValueFailure) -> String {
    Self.plain(try json(template, at: place))
  }

  /// An expression with values put in, each taken literally.
  mutating func pattern(_ template: Template, at place: SourcePlace) throws(ValueFailure) -> String {
    var pattern = ""
    for piece in template.pieces {
      switch piece {
      case .text(let part): pattern += part
      case .value(let source): pattern += Self.literal(Self.plain(try value(of: source, at: place)))
      }
    }
    return pattern
  }

  private static func literal(_ text: String) -> String {
    var pattern = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if "\\^$.|?*+()[]{}/-#".unicodeScalars.contains(scalar) { pattern.append("\\") }
      pattern.append(scalar)
    }
    return String(pattern)
  }

  /// What `set` gives: JSON where it is written as such, a value alone as it is, a number, true, false and null as
  /// that, all else a text.
  mutating func value(_ value: SetValue, at place: SourcePlace) throws(ValueFailure) -> JSONValue {
    switch value {
    case .json(let template): return try json(template, at: place)
    case .text(let template):
      if template.pieces.count == 1, case .value(let source) = template.pieces[0] {
        return try self.value(of: source, at: place)
      }
      let text = try text(template, at: place)
      return template.constant == nil ? .string(text) : JSONValue(written: text)
    }
  }
}

extension JSONValue {
  /// A value as one writes it: JSON where it is that, else a text.
  public init(written text: String) {
    self = (try? JSONParser.parse(text.utf8Span.span)) ?? .string(text)
  }

  /// The value with every string escaped that would be a placeholder.
  fileprivate var escapingPlaceholders: JSONValue {
    switch self {
    case .string(let text): .string(JSONPlaceholder.escaping(text))
    case .array(let elements): .array(elements.map(\.escapingPlaceholders))
    case .object(let members): .object(members.map { JSONMember($0.name, $0.value.escapingPlaceholders) })
    case .null, .bool, .number: self
    }
  }
}
