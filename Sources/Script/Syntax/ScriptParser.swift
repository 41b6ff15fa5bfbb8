/// Reads a script: its lines become steps, and everything that can be wrong is told before anything is sent.
public struct ScriptParser {
  /// What a script may refer to.
  public struct Surroundings {
    /// The options that may stand below `connect`, and whether they take a value.
    public var connectOptions: [String: Bool]
    /// The values that are there from the start.
    public var variables: Set<String>
    /// Whether the environment has a variable; nil where that does no harm.
    public var hasEnvironment: ((String) -> Bool)?
    /// The text of a file that is included.
    public var read: (_ path: String) -> Result<String, Unreadable>

    /// What a script may refer to.
    public init(
      connectOptions: [String: Bool] = [:], variables: Set<String> = [],
      read: @escaping (_ path: String) -> Result<String, Unreadable>
    ) {
      self.connectOptions = connectOptions
      self.variables = variables
      self.read = read
    }
  }

  /// Why a file cannot be read, in the system's words.
  public struct Unreadable: Error {
    public var reason: String
    public init(_ reason: String) { self.reason = reason }
  }

  /// How many mistakes are told of one script.
  static let errorLimit = 20
  /// How deep files may include each other, and blocks may lie inside each other.
  static let depthLimit = 16

  let surroundings: Surroundings
  /// The file whose lines are read; those that include it come before.
  private(set) var files: [String]
  private(set) var errors: [ScriptError] = []
  var names = ScriptNames()

  var file: String { files[files.count - 1] }

  /// The script that `text` is; fails with all that is wrong with it.
  /// - Parameter file: its path, as it was named; what it includes is looked for beside it.
  public static func parse(
    _ text: String, file: String, surroundings: Surroundings
  ) throws(ScriptErrors) -> ExchangeScript {
    var parser = ScriptParser(surroundings: surroundings, files: [file])
    let script = parser.script(text)
    let errors = (parser.errors + parser.names.errors(given: surroundings.variables))
      .sorted { ($0.file == file ? 0 : 1, $0.line, $0.column) < ($1.file == file ? 0 : 1, $1.line, $1.column) }
    guard errors.isEmpty else { throw ScriptErrors(Array(errors.prefix(errorLimit))) }
    return script
  }

  private init(surroundings: Surroundings, files: [String]) {
    self.surroundings = surroundings
    self.files = files
  }

  private mutating func script(_ text: String) -> ExchangeScript {
    var script = ExchangeScript(file: file)
    let tree = SourceTree(text, file: file)
    errors += tree.errors
    for line in tree.lines {
      note { (parser) throws(ScriptError) in
        var reader = LineReader(line, file: parser.file)
        if reader.take(keyword: "case") {
          let name = try parser.caseName(&reader)
          if script.cases.contains(where: { $0.name == name }) {
            throw reader.error("there is a case \"\(name)\" already", hint: "each case has a name of its own", at: 0)
          }
          guard !line.children.isEmpty else {
            throw reader.error("the case has no steps", hint: "its steps are indented below it", at: 0)
          }
          parser.names.beginCase()
          let steps = parser.steps(line.children, depth: 1)
          script.cases.append(ScriptCase(name: name, place: reader.place, steps: steps))
        } else if script.cases.isEmpty {
          script.preamble += try parser.step(line, depth: 0)
        } else {
          throw reader.error(
            "this step stands behind a case and belongs to none",
            hint: "indent it below its case; what is to run before every case stands before the first", at: 0)
        }
      }
    }
    if script.cases.isEmpty {
      if script.preamble.isEmpty, errors.isEmpty {
        errors.append(
          ScriptError(
            file: file, line: 0, sentence: "the script has no steps",
            hint: "begin with: connect ws://localhost:9001/"))
      }
      let place =
        script.preamble.first?.place ?? SourcePlace(file: file, SourceLine(number: 1, indentation: 0, text: ""))
      script.cases = [ScriptCase(name: nil, place: place, steps: script.preamble)]
      script.preamble = []
    }
    return script
  }

  private mutating func caseName(_ reader: inout LineReader) throws(ScriptError) -> String {
    guard let name = try reader.quoted(), !name.isEmpty else {
      throw reader.error("the case has no name", hint: "write case \"what it shows\", in quotes")
    }
    try reader.end()
    return name
  }

  /// The steps of a block; what is wrong with one does not keep the others from being read.
  mutating func steps(_ lines: [SourceLine], depth: Int) -> [Step] {
    var steps: [Step] = []
    for line in lines {
      note { (parser) throws(ScriptError) in steps += try parser.step(line, depth: depth) }
    }
    return steps
  }

  /// Keeps what `read` finds wrong.
  mutating func note(_ read: (inout ScriptParser) throws(ScriptError) -> Void) {
    do throws(ScriptError) { try read(&self) } catch { errors.append(error) }
  }

  // MARK: Files

  /// `include FILE`: the steps of another script, which has no cases.
  mutating func included(_ reader: inout LineReader) throws(ScriptError) -> [Step] {
    let start = reader.index
    let path = reader.rest().text
    guard !path.isEmpty else { throw reader.error("the file is missing", hint: "write include FILE") }
    let whole = Self.beside(file, path)
    guard !files.contains(whole) else {
      throw reader.error(
        "\(whole) includes itself", hint: (files + [whole]).joined(separator: " includes "), at: start)
    }
    guard files.count < Self.depthLimit else {
      throw reader.error("files include each other more than \(Self.depthLimit) deep", hint: nil, at: start)
    }
    let text: String
    switch surroundings.read(whole) {
    case .success(let read): text = read
    case .failure(let failure):
      throw reader.error("cannot read \(whole): \(failure.reason)", hint: nil, at: start)
    }
    files.append(whole)
    defer { files.removeLast() }
    let tree = SourceTree(text, file: whole)
    errors += tree.errors
    return steps(tree.lines, depth: 1)
  }

  /// A path as seen from the folder of `file`.
  public static func beside(_ file: String, _ path: String) -> String {
    guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
    return "\(file[...slash])\(path)"
  }
}
