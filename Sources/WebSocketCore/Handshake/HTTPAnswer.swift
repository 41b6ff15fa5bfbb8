/// A whole HTTP answer after which the connection ends.
public struct HTTPAnswer: Equatable, Sendable {
  /// The head, with all that follows from the body.
  public var head: HTTPResponseHead
  /// The body.
  public var body: [UInt8]

  /// An answer; `headers` replace what it would have by itself: `Content-Type` (plain text), `Content-Length` and
  /// `Connection: close`.
  public init(status: Int, headers: [HTTPHeader] = [], body: [UInt8] = []) throws(HandshakeMisuse) {
    try self.init(status: status, edits: headers.map(HeaderEdit.set), body: body)
  }

  /// An answer of plain text.
  public init(status: Int, text: String) {
    head = HTTPResponseHead(status: status, headers: Self.defaultHeaders(status: status, size: text.utf8.count))
    body = Self.hasBody(status) ? Array(text.utf8) : []
  }

  private init(status: Int, edits: [HeaderEdit], body: [UInt8]) throws(HandshakeMisuse) {
    head = HTTPResponseHead(status: status, headers: Self.defaultHeaders(status: status, size: body.count))
    self.body = Self.hasBody(status) ? body : []
    try head.headers.apply(edits)
  }

  private static func defaultHeaders(status: Int, size: Int) -> HTTPHeaders {
    var headers = HTTPHeaders()
    if hasBody(status) {
      if size > 0 { headers.append("Content-Type", "text/plain; charset=utf-8") }
      headers.append("Content-Length", String(size))
    }
    headers.append("Connection", "close")
    return headers
  }

  /// Whether an answer with `status` has a body at all (RFC 9110, section 6.4.1).
  private static func hasBody(_ status: Int) -> Bool { status >= 200 && status != 204 && status != 304 }

  /// The answer as it is sent; to a `HEAD` request without its body (RFC 9110, section 9.3.2).
  public func bytes(to method: String = "GET") -> [UInt8] { method == "HEAD" ? head.bytes : head.bytes + body }
}
