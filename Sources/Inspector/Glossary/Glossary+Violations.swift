import WebSocketCore

extension Glossary {
  static let violations: [Entry] = Violation.samples.map { violation in
    let code =
      violation.closeCode == .abnormalClosure
      ? "No Close can be sent any more."
      : "It is closed with \(violation.closeCode.rawValue) (\(violation.closeCode.name))"
        + (violation.isPassable ? ", or passed over by --lenient." : ".")
    return Entry(
      .violations, [violation.name], violation.section, "Such as: \(violation). \(code)", causes(of: violation))
  }

  private static func causes(of violation: Violation) -> [String] {
    let outOfStep = "a stream out of step: what was read as a header is payload of a frame with a wrong length"
    switch violation {
    case .maskedByServer: return ["a server that uses a client's code to write frames"]
    case .unmaskedByClient: return ["a client written by hand", "a proxy that takes frames apart and does not mask"]
    case .reservedBits: return ["compression without an agreement on it", outOfStep]
    case .reservedOpcode, .negativeLength: return [outOfStep]
    case .nonMinimalLength: return ["a writer that always uses 2 or 8 bytes of length"]
    case .fragmentedControl: return ["a writer that forgets FIN on a ping, pong or close"]
    case .controlTooLong: return ["a close reason of more than 123 bytes", "a ping that carries data"]
    case .unexpectedContinuation: return ["a fragment after the message's last one", outOfStep]
    case .expectedContinuation:
      return ["two threads that write to one connection", "a last fragment without FIN before"]
    case .invalidUTF8: return ["text in another encoding, such as Latin-1", "binary data sent as text"]
    case .truncatedUTF8: return ["text cut at a number of bytes and not between characters"]
    case .closePayloadOfOneByte: return ["a close code written as one byte"]
    case .reservedCloseCode: return ["a library that hands the 1005 or 1006 it was told on to the other side"]
    case .invalidUTF8InCloseReason: return ["a reason cut to 123 bytes inside a character"]
    case .compressedControl, .compressedContinuation: return ["a compressor that sets RSV1 on every frame"]
    case .brokenDeflate: return ["RSV1 on a message that is not compressed", "zlib or gzip instead of raw deflate"]
    case .distanceBeyondWindow:
      return ["a compressor with a larger window than agreed", "a context that was kept although it should not be"]
    case .truncatedDeflate: return ["a compressor that was not flushed at the end of the message"]
    case .frameTooLarge: return ["a message that is larger than --max-frame-size", outOfStep]
    case .messageTooLarge: return ["a message that is larger than --max-message-size", "a deflate bomb"]
    case .tooManyFragments: return ["an endless message, as of a stream that is sent in fragments"]
    case .endInsideFrame, .endInsideMessage:
      return ["the peer's process ended", "a proxy or load balancer that cut the connection"]
    }
  }
}
