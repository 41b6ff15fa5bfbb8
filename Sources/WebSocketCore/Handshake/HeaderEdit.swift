/// A change to the headers that a request would have by itself, written as curl's `-H` is.
public enum HeaderEdit: Equatable, Hashable, Sendable {
  /// Sends the line, in place of one that the request has by itself.
  case set(HTTPHeader)
  /// Leaves out what the request has by itself.
  case remove(name: String)

  /// Reads `Name: value`, `Name:` (removes it) or `Name;` (sends it empty).
  public static func parse(_ word: String) throws(HandshakeMisuse) -> HeaderEdit {
    let bytes = word.utf8
    if let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
      let header = HTTPHeader(String(word[..<colon]), HTTPGrammar.trimmed(Substring(bytes[colon...].dropFirst())))
      try header.checkSendable()
      return header.value.isEmpty ? .remove(name: header.name) : .set(header)
    }
    guard bytes.last == UInt8(ascii: ";") else { throw .headerWithoutColon(word) }
    let header = HTTPHeader(String(Substring(bytes.dropLast())), "")
    try header.checkSendable()
    return .set(header)
  }

  /// The header that is changed.
  public var name: String {
    switch self {
    case .set(let header): header.name
    case .remove(let name): name
    }
  }
}

extension HTTPHeaders {
  /// Makes every change; several lines of one name are all sent.
  mutating func apply(_ edits: [HeaderEdit]) throws(HandshakeMisuse) {
    var done: [String] = []
    for edit in edits where !done.contains(where: { HTTPGrammar.equalIgnoringCase($0, edit.name) }) {
      done.append(edit.name)
      var lines: [HTTPHeader] = []
      for case .set(let line) in edits where line.isNamed(edit.name) {
        try line.checkSendable()
        lines.append(line)
      }
      replace(edit.name, with: lines)
    }
  }
}
