import Trace
import WebSocketCore

extension HTTPRequestHead {
  /// The head of a captured request, each masked secret in it a word; nil where it is none.
  init?(captured bytes: [UInt8]) {
    var parser = HTTPHeadParser(kind: .request, isLenient: true)
    let text = Array(SecretMask.inWords(String(decoding: bytes, as: UTF8.self)).utf8)
    guard case .request(let head) = parser.feed(text.span).result else { return nil }
    self = head
  }
}
