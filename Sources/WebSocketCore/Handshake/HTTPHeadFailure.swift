/// Why bytes are no HTTP/1.1 head that we read (RFC 9112).
public enum HTTPHeadFailure: Error, Equatable, Sendable {
  /// Another protocol's first bytes.
  case foreign(ForeignProtocol)
  /// First bytes of nothing we know.
  case notHTTP([UInt8])
  /// A version other than 1.x.
  case version(String)
  /// A status line out of shape.
  case statusLine(String)
  /// A status line that ends right behind the status, without the blank that must follow.
  case statusLineWithoutBlank(String)
  /// A control character in the reason phrase.
  case reasonCharacter(UInt8)
  /// A request line out of shape.
  case requestLine(String)
  /// A byte that may not stand in a method.
  case methodCharacter(UInt8)
  /// A byte that may not stand in a request target.
  case targetCharacter(UInt8)
  /// LF without CR before it; lines are counted from 1.
  case bareLineFeed(line: Int)
  /// CR without LF behind it.
  case bareCarriageReturn(line: Int)
  /// A header continued on the next line (obs-fold).
  case folding(name: String)
  /// A blank before the first header.
  case blankBeforeHeaders
  /// A blank between a header's name and its colon.
  case blankBeforeColon(name: String)
  /// A header line without a colon.
  case headerWithoutColon(String)
  /// A header line that begins with its colon.
  case emptyName(line: Int)
  /// A byte that may not stand in a header's name.
  case nameCharacter(UInt8, name: String)
  /// NUL in a header's value.
  case nulInValue(name: String)
  /// Another control character in a header's value.
  case valueCharacter(UInt8, name: String)
  /// More bytes than the limit for the whole head.
  case headTooLong(limit: Int)
  /// A start line beyond the limit for one line.
  case startLineTooLong(limit: Int)
  /// A header line beyond the limit for one line.
  case headerTooLong(limit: Int, name: String)
  /// More header lines than the limit.
  case tooManyHeaders(limit: Int)
}

extension HTTPHeadFailure: CustomStringConvertible {
  /// Whether this is a limit of ours and no fault in the syntax.
  public var isLimit: Bool {
    switch self {
    case .headTooLong, .startLineTooLong, .headerTooLong, .tooManyHeaders: true
    default: false
    }
  }

  /// Where the rule stands.
  public var section: String { rule.section }

  /// A sentence for people; what the peer sent is in it unescaped.
  public var description: String { rule.sentence }

  private var rule: (section: String, sentence: String) {
    let hexadecimal = HTTPGrammar.hexadecimal
    return switch self {
    case .foreign(let known): ("RFC 9112, section 2.3", "\(known.name) came in place of HTTP/1.1")
    case .notHTTP(let bytes):
      ("RFC 9112, section 2.3", "what came is not HTTP/1.1: it begins with \(Self.quoted(bytes))")
    case .version(let version): ("RFC 9112, section 2.3", "\(version) is not HTTP/1.1")
    case .statusLine(let line): ("RFC 9112, section 4", "malformed status line \"\(line)\"")
    case .statusLineWithoutBlank(let line):
      ("RFC 9112, section 4", "the status line \"\(line)\" lacks the blank behind the status")
    case .reasonCharacter(let byte):
      ("RFC 9112, section 4", "control character \(hexadecimal(byte)) in the reason phrase")
    case .requestLine(let line): ("RFC 9112, section 3", "malformed request line \"\(line)\"")
    case .methodCharacter(let byte): ("RFC 9112, section 3.1", "byte \(hexadecimal(byte)) in the method")
    case .targetCharacter(let byte): ("RFC 9112, section 3.2", "byte \(hexadecimal(byte)) in the request target")
    case .bareLineFeed(let line): ("RFC 9112, section 2.2", "line \(line) of the head ends in LF without CR")
    case .bareCarriageReturn(let line): ("RFC 9112, section 2.2", "CR without LF in line \(line) of the head")
    case .folding(let name):
      ("RFC 9112, section 5.2", "the header \"\(name)\" is folded: it goes on in the next line")
    case .blankBeforeHeaders: ("RFC 9112, section 2.2", "a blank before the first header")
    case .blankBeforeColon(let name):
      ("RFC 9112, section 5.1", "a blank between the header name \"\(name)\" and its colon")
    case .headerWithoutColon(let line): ("RFC 9112, section 5", "header line without a colon: \"\(line)\"")
    case .emptyName(let line): ("RFC 9112, section 5", "line \(line) of the head is a header without a name")
    case .nameCharacter(let byte, let name):
      ("RFC 9110, section 5.1", "byte \(hexadecimal(byte)) in a header's name, behind \"\(name)\"")
    case .nulInValue(let name): ("RFC 9110, section 5.5", "NUL in the value of the header \"\(name)\"")
    case .valueCharacter(let byte, let name):
      ("RFC 9110, section 5.5", "control character \(hexadecimal(byte)) in the value of the header \"\(name)\"")
    case .headTooLong(let limit): ("RFC 9110, section 5.4", "the head is longer than \(limit) bytes")
    case .startLineTooLong(let limit): ("RFC 9112, section 3", "the first line is longer than \(limit) bytes")
    case .headerTooLong(let limit, let name):
      ("RFC 9110, section 5.4", "the header line \"\(name)\" is longer than \(limit) bytes")
    case .tooManyHeaders(let limit): ("RFC 9110, section 5.4", "more than \(limit) header lines")
    }
  }

  private static func quoted(_ bytes: [UInt8]) -> String {
    bytes.allSatisfy { (0x20...0x7E).contains($0) }
      ? "\"\(HTTPGrammar.text(bytes))\"" : bytes.map(HTTPGrammar.hexadecimal).joined(separator: " ")
  }
}
