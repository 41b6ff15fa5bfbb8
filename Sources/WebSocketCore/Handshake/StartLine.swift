/// The first line of a request or an answer, judged byte by byte (RFC 9112, sections 3 and 4).
struct StartLine: Sendable {
  private enum Part { case method, target, version, complete }

  private let kind: HTTPHeadParser.Kind
  private var part = Part.method
  private var partStart = 0
  private var method = ""
  private var target = ""
  private var version = HTTPVersion.http11
  private var status = 0
  private var reason = ""

  init(kind: HTTPHeadParser.Kind) { self.kind = kind }

  /// Whether a line of this kind may begin with `byte`.
  static func canBegin(_ kind: HTTPHeadParser.Kind, with byte: UInt8) -> Bool {
    kind == .response ? byte == UInt8(ascii: "H") : HTTPGrammar.isToken(byte) || byte == HTTPGrammar.blank
  }

  /// Fails if `byte` cannot follow `line`.
  mutating func check(_ byte: UInt8, behind line: [UInt8]) throws(HTTPHeadFailure) {
    switch kind {
    case .response: try checkStatusLine(byte, behind: line)
    case .request: try checkRequestLine(byte, behind: line)
    }
  }

  private static let versionShape = Array("HTTP/0.0".utf8)

  /// Whether `byte` fits at `place` of `HTTP/1.1`.
  private static func fitsVersion(_ byte: UInt8, at place: Int) -> Bool {
    let expected = versionShape[place]
    return expected == UInt8(ascii: "0") ? HTTPGrammar.isDigit(byte) : byte == expected
  }

  private func checkStatusLine(_ byte: UInt8, behind line: [UInt8]) throws(HTTPHeadFailure) {
    switch line.count {
    case 0...7:
      guard Self.fitsVersion(byte, at: line.count) else { throw .notHTTP(line + [byte]) }
      if line.count == 7 && line[5] != UInt8(ascii: "1") { throw .version(HTTPGrammar.text(line + [byte])) }
    case 8, 12:
      guard byte == HTTPGrammar.blank else { throw .statusLine(HTTPGrammar.text(line + [byte])) }
    case 9...11:
      guard HTTPGrammar.isDigit(byte), line.count > 9 || byte != UInt8(ascii: "0")
      else { throw .statusLine(HTTPGrammar.text(line + [byte])) }
    default:
      guard HTTPGrammar.isFieldContent(byte) else { throw .reasonCharacter(byte) }
    }
  }

  private mutating func checkRequestLine(_ byte: UInt8, behind line: [UInt8]) throws(HTTPHeadFailure) {
    let isBlank = byte == HTTPGrammar.blank
    if isBlank && (line.count == partStart || part == .version) { throw .requestLine(HTTPGrammar.text(line + [byte])) }
    switch part {
    case .method:
      if isBlank { return advance(to: .target, behind: line) }
      guard HTTPGrammar.isToken(byte) else { throw .methodCharacter(byte) }
      if byte == UInt8(ascii: "-") && line == Array("SSH".utf8) { throw .foreign(.ssh) }
    case .target:
      if isBlank { return advance(to: .version, behind: line) }
      guard (0x21...0x7E).contains(byte) else { throw .targetCharacter(byte) }
    case .version, .complete:
      let place = line.count - partStart
      guard place < 8, Self.fitsVersion(byte, at: place) else { throw .requestLine(HTTPGrammar.text(line + [byte])) }
      guard place == 7 else { return }
      part = .complete
      if line[partStart + 5] != UInt8(ascii: "1") {
        if method == "PRI" { throw .foreign(.http2) }
        throw .version(HTTPGrammar.text(line[partStart...] + [byte]))
      }
    }
  }

  private mutating func advance(to next: Part, behind line: [UInt8]) {
    let text = HTTPGrammar.text(line[partStart...])
    if next == .target { method = text } else { target = text }
    (part, partStart) = (next, line.count + 1)
  }

  /// Fails if `line` may not end here.
  func finish(_ line: [UInt8]) throws(HTTPHeadFailure) {
    switch kind {
    case .request: guard part == .complete else { throw .requestLine(HTTPGrammar.text(line)) }
    case .response:
      if line.count == 12 { throw .statusLineWithoutBlank(HTTPGrammar.text(line)) }
      guard line.count > 12 else { throw .statusLine(HTTPGrammar.text(line)) }
    }
  }

  /// Keeps what the finished `line` says.
  mutating func keep(_ line: [UInt8]) {
    func digit(_ place: Int) -> Int { Int(line[place]) - 0x30 }
    let versionPlace = kind == .request ? partStart : 0
    version = HTTPVersion(digit(versionPlace + 5), digit(versionPlace + 7))
    guard kind == .response else { return }
    status = digit(9) * 100 + digit(10) * 10 + digit(11)
    reason = HTTPGrammar.text(line.dropFirst(13))
  }

  /// The whole head.
  func head(_ headers: HTTPHeaders) -> HeadResult {
    switch kind {
    case .request:
      .request(HTTPRequestHead(method: method, target: target, version: version, headers: headers))
    case .response:
      .response(HTTPResponseHead(version: version, status: status, reason: reason, headers: headers))
    }
  }
}
