/// How the screen looks, kept from one time to the next.
struct Settings: Equatable {
  enum Theme: String, CaseIterable { case automatic, dark, light, none }
  enum TimeFormat: String, CaseIterable { case clock, delta, start }
  enum Layout: String, CaseIterable { case automatic, beside, below, none }

  var theme = Theme.automatic
  var time = TimeFormat.clock
  var layout = Layout.automatic
  var mouse = false
  var ascii = false

  /// A setting as it is shown and changed.
  struct Row: Equatable {
    var name: String
    var value: String
    var values: [String]
  }

  var rows: [Row] {
    [
      Row(name: "theme", value: theme.rawValue, values: Theme.allCases.map(\.rawValue)),
      Row(name: "time", value: time.rawValue, values: TimeFormat.allCases.map(\.rawValue)),
      Row(name: "layout", value: layout.rawValue, values: Layout.allCases.map(\.rawValue)),
      Row(name: "mouse", value: mouse ? "on" : "off", values: ["on", "off"]),
      Row(name: "ascii", value: ascii ? "on" : "off", values: ["on", "off"]),
    ]
  }

  /// Sets one; false where there is no such setting or value.
  mutating func set(_ name: String, to value: String) -> Bool {
    guard let row = rows.first(where: { $0.name == name }), row.values.contains(value) else { return false }
    switch name {
    case "theme": theme = Theme(rawValue: value) ?? theme
    case "time": time = TimeFormat(rawValue: value) ?? time
    case "layout": layout = Layout(rawValue: value) ?? layout
    case "mouse": mouse = value == "on"
    default: ascii = value == "on"
    }
    return true
  }

  /// Goes on to the next value of a setting.
  mutating func advance(_ name: String) {
    guard let row = rows.first(where: { $0.name == name }), let place = row.values.firstIndex(of: row.value) else {
      return
    }
    _ = set(name, to: row.values[(place + 1) % row.values.count])
  }

  /// Reads a file of `name = value`, `#` before comments.
  /// - Returns: the settings and what is wrong in the file, with the lines' numbers.
  static func read(_ file: String) -> (settings: Settings, problems: [String]) {
    var settings = Settings()
    var problems: [String] = []
    for (index, line) in file.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = line.prefix { $0 != "#" }.split(separator: "=", maxSplits: 1).map { $0.trimmed }
      if words.isEmpty || words == [""] { continue }
      if words.count == 2, settings.set(words[0], to: words[1]) { continue }
      problems.append("line \(index + 1): \(line.trimmed) is no setting")
    }
    return (settings, problems)
  }

  /// The file with these settings in it: lines that are about something else, and comments, stay.
  func written(into file: String) -> String {
    var left = rows
    var lines = file.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    for (index, line) in lines.enumerated() {
      let name = line.prefix { $0 != "=" && $0 != "#" }.trimmed
      guard line.contains("="), let row = left.firstIndex(where: { $0.name == name }) else { continue }
      lines[index] = "\(name) = \(left[row].value)"
      left.remove(at: row)
    }
    let standard = Settings().rows
    lines += left.filter { !standard.contains($0) }.map { "\($0.name) = \($0.value)" }
    return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
  }
}

extension Substring {
  /// Without blanks at its ends.
  var trimmed: String {
    var text = self
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
