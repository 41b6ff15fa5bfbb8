import WebSocketCore

/// Looks for the heads of HTTP in one direction of a TCP connection of any kind, where each piece may begin one.
struct UpgradeFinder {
  /// What was found.
  enum Found {
    case request(HTTPRequestHead)
    case response(HTTPResponseHead)
  }

  private var parser: HTTPHeadParser?
  /// Whether the stream's first bytes were a TLS handshake record.
  private(set) var isTLS = false
  /// Whether anything was read.
  private(set) var hasRead = false

  /// Bytes of a head that is on its way.
  var heldBytes: Int { parser?.total ?? 0 }

  /// Whether a head is on its way.
  var isInsideHead: Bool { parser != nil }

  /// Forgets a head that is on its way.
  mutating func loseBytes() { parser = nil }

  /// Reads a piece as it came in one packet: where no head is on its way, one may begin with it.
  /// - Returns: a head that the piece completes, and how many of its bytes belong to it.
  mutating func read(_ bytes: Span<UInt8>) -> (found: Found, size: Int)? {
    guard bytes.count > 0 else { return nil }
    if !hasRead {
      hasRead = true
      isTLS = bytes.count >= 3 && bytes[0] == 0x16 && bytes[1] == 3
    }
    var parser: HTTPHeadParser
    if let current = self.parser {
      parser = current
    } else if bytes[0] == UInt8(ascii: "H") {
      parser = HTTPHeadParser(kind: .response, isLenient: true)
    } else if bytes[0] == UInt8(ascii: "G") {
      parser = HTTPHeadParser(kind: .request, isLenient: true)
    } else {
      return nil
    }
    let (consumed, result) = parser.feed(bytes)
    self.parser = nil
    switch result {
    case .needsMore: self.parser = parser
    case .request(let head): return (.request(head), consumed)
    case .response(let head): return (.response(head), consumed)
    case .failed: break
    }
    return nil
  }
}

extension HTTPHeaders {
  /// Whether they ask for a WebSocket, or agree to one.
  var areForWebSocket: Bool { list("Upgrade", contains: "websocket") }
}
