import COpenSSL

/// The proof that the server read the client's handshake (RFC 6455, section 4.2.2, step 5.4).
public enum AcceptKey {
  private static let identifier = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

  /// The value of `Sec-WebSocket-Accept` that answers `key`, a value of `Sec-WebSocket-Key` as it was sent.
  public static func answering(_ key: String) -> String {
    var input = key + identifier
    var digest = [UInt8](repeating: 0, count: Int(SHA_DIGEST_LENGTH))
    input.withUTF8 { text in
      unsafe digest.withUnsafeMutableBufferPointer { unsafe wscope_sha1(text.baseAddress, text.count, $0.baseAddress) }
    }
    return Base64.encode(digest.span)
  }
}
