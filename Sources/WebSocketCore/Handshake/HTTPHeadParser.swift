/// How much of a head is read at the most.
public struct HeadLimits: Equatable, Sendable {
  /// Bytes of the whole head.
  public var total: Int
  /// Bytes of one line without its end.
  public var line: Int
  /// Header lines.
  public var lines: Int

  /// 64 KiB, 16 KiB and 100 lines if not said otherwise.
  public init(total: Int = 64 << 10, line: Int = 16 << 10, lines: Int = 100) {
    self.total = total
    self.line = line
    self.lines = lines
  }
}

/// What an `HTTPHeadParser` made of its bytes so far.
public enum HeadResult: Equatable, Sendable {
  /// All bytes were taken, and the head is not at its end.
  case needsMore
  /// A whole request head.
  case request(HTTPRequestHead)
  /// A whole response head.
  case response(HTTPResponseHead)
  /// No head can come of it.
  case failed(HTTPHeadFailure)
}

/// Reads one HTTP/1.1 head strictly, whatever pieces it comes in, and fails on the first byte that cannot belong to it.
public struct HTTPHeadParser: Sendable {
  /// Which start line is expected.
  public enum Kind: Sendable { case request, response }

  private enum Place {
    case start, emptyLineEnd, foreign, startEnd, headerStart, name, behindName, value, headerEnd, headEnd
  }

  private let kind: Kind
  private let limits: HeadLimits
  private let isLenient: Bool
  private var place = Place.start
  private var startLine: StartLine
  private var line: [UInt8] = []
  private var lineNumber = 1
  private var nameSize = 0
  private var headers: [HTTPHeader] = []
  private var outcome: HeadResult?

  /// Bytes of the head that were read so far.
  public private(set) var total = 0
  /// What a lenient parser let pass.
  public private(set) var tolerated: [HTTPHeadFailure] = []

  /// A parser; a lenient one takes lines that end in LF alone, and a status without a blank behind it.
  public init(kind: Kind, limits: HeadLimits = HeadLimits(), isLenient: Bool = false) {
    self.kind = kind
    self.limits = limits
    self.isLenient = isLenient
    startLine = StartLine(kind: kind)
  }

  /// Reads on. After a head or a failure nothing more is consumed and the result stays.
  /// - Returns: how many bytes belong to the head; those behind it are the caller's.
  public mutating func feed(_ bytes: Span<UInt8>) -> (consumed: Int, result: HeadResult) {
    if let outcome { return (0, outcome) }
    for index in bytes.indices {
      do throws(HTTPHeadFailure) {
        guard total < limits.total else { throw .headTooLong(limit: limits.total) }
        total += 1
        guard try take(bytes[index]) else { continue }
        let result = startLine.head(HTTPHeaders(headers))
        outcome = result
        return (index + 1, result)
      } catch {
        outcome = .failed(error)
        (line, headers) = ([], [])
        return (index, .failed(error))
      }
    }
    return (bytes.count, .needsMore)
  }

  /// Takes one byte; true at the end of the head.
  private mutating func take(_ byte: UInt8) throws(HTTPHeadFailure) -> Bool {
    switch place {
    case .start: try takeStart(byte)
    case .foreign:
      line.append(byte)
      try judgeForeign()
    case .emptyLineEnd:
      guard byte == HTTPGrammar.lineFeed else { throw .bareCarriageReturn(line: lineNumber) }
      lineNumber += 1
      place = .start
    case .startEnd:
      guard byte == HTTPGrammar.lineFeed else { throw .bareCarriageReturn(line: lineNumber) }
      endStart()
    case .headerStart: return try takeHeaderStart(byte)
    case .name, .behindName: try takeName(byte)
    case .value: try takeValue(byte)
    case .headerEnd:
      guard byte == HTTPGrammar.lineFeed else { throw .bareCarriageReturn(line: lineNumber) }
      endHeader()
    case .headEnd:
      guard byte == HTTPGrammar.lineFeed else { throw .bareCarriageReturn(line: lineNumber) }
      return true
    }
    return false
  }

  // MARK: The first line

  private mutating func takeStart(_ byte: UInt8) throws(HTTPHeadFailure) {
    switch byte {
    case HTTPGrammar.carriageReturn:
      // A server skips one empty line before a request (RFC 9112, section 2.2).
      if line.isEmpty && kind == .request && lineNumber == 1 {
        place = .emptyLineEnd
        return
      }
      try finishStart()
      place = .startEnd
    case HTTPGrammar.lineFeed where !line.isEmpty:
      try tolerate(.bareLineFeed(line: lineNumber))
      try finishStart()
      endStart()
    default:
      guard line.count < limits.line else { throw .startLineTooLong(limit: limits.line) }
      if line.isEmpty && !StartLine.canBegin(kind, with: byte) {
        place = .foreign
        line.append(byte)
        return try judgeForeign()
      }
      try startLine.check(byte, behind: line)
      line.append(byte)
    }
  }

  private func judgeForeign() throws(HTTPHeadFailure) {
    switch ForeignProtocol.recognize(line) {
    case .known(let foreign): throw .foreign(foreign)
    case .unknown: throw .notHTTP(line)
    case .possible: return
    }
  }

  private mutating func finishStart() throws(HTTPHeadFailure) {
    do throws(HTTPHeadFailure) {
      try startLine.finish(line)
    } catch {
      guard case .statusLineWithoutBlank = error else { throw error }
      try tolerate(error)
    }
  }

  private mutating func tolerate(_ failure: HTTPHeadFailure) throws(HTTPHeadFailure) {
    guard isLenient else { throw failure }
    if !tolerated.contains(failure) { tolerated.append(failure) }
  }

  private mutating func endStart() {
    startLine.keep(line)
    line.removeAll(keepingCapacity: true)
    lineNumber += 1
    place = .headerStart
  }

  // MARK: Header lines

  private mutating func takeHeaderStart(_ byte: UInt8) throws(HTTPHeadFailure) -> Bool {
    switch byte {
    case HTTPGrammar.carriageReturn: place = .headEnd
    case HTTPGrammar.lineFeed:
      try tolerate(.bareLineFeed(line: lineNumber))
      return true
    case HTTPGrammar.blank, HTTPGrammar.tab:
      guard let last = headers.last else { throw .blankBeforeHeaders }
      throw .folding(name: last.name)
    case HTTPGrammar.colon: throw .emptyName(line: lineNumber)
    default:
      guard headers.count < limits.lines else { throw .tooManyHeaders(limit: limits.lines) }
      place = .name
      try takeName(byte)
    }
    return false
  }

  private mutating func takeName(_ byte: UInt8) throws(HTTPHeadFailure) {
    switch byte {
    case HTTPGrammar.colon where place == .behindName: throw .blankBeforeColon(name: HTTPGrammar.text(line))
    case HTTPGrammar.colon:
      nameSize = line.count
      try store(byte)
      place = .value
    case HTTPGrammar.carriageReturn, HTTPGrammar.lineFeed: throw .headerWithoutColon(HTTPGrammar.text(line))
    case HTTPGrammar.blank, HTTPGrammar.tab: place = .behindName
    default:
      // What follows a blank may be the rest of a sentence, of which the blank is the first wrong byte.
      if place == .behindName { throw .nameCharacter(HTTPGrammar.blank, name: HTTPGrammar.text(line)) }
      guard HTTPGrammar.isToken(byte) else { throw .nameCharacter(byte, name: HTTPGrammar.text(line)) }
      try store(byte)
    }
  }

  private mutating func takeValue(_ byte: UInt8) throws(HTTPHeadFailure) {
    switch byte {
    case HTTPGrammar.carriageReturn: place = .headerEnd
    case HTTPGrammar.lineFeed:
      try tolerate(.bareLineFeed(line: lineNumber))
      endHeader()
    case 0: throw .nulInValue(name: name)
    default:
      guard HTTPGrammar.isFieldContent(byte) else { throw .valueCharacter(byte, name: name) }
      try store(byte)
    }
  }

  private mutating func store(_ byte: UInt8) throws(HTTPHeadFailure) {
    guard line.count < limits.line else {
      throw .headerTooLong(limit: limits.line, name: place == .value ? name : HTTPGrammar.text(line.prefix(40)))
    }
    line.append(byte)
  }

  private var name: String { HTTPGrammar.text(line.prefix(nameSize)) }

  private mutating func endHeader() {
    headers.append(HTTPHeader(name, HTTPGrammar.trimmed(HTTPGrammar.text(line.dropFirst(nameSize + 1)))))
    line.removeAll(keepingCapacity: true)
    lineNumber += 1
    place = .headerStart
  }
}
