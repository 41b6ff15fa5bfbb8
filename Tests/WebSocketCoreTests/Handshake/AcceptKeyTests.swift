import Testing
import WebSocketCore

@Suite struct `An accept key` {
  @Test(
    "answers the key of the RFC's examples",
    arguments: [
      ("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),  // RFC 6455, section 1.3 and 4.2.2
      ("AQIDBAUGBwgJCgsMDQ4PEA==", "C/0nmHhBztSRGR1CwL6Tf4ZjwpY="),  // the key that section 4.1 makes of 01 to 10
    ])
  func answer(key: String, accept: String) { #expect(AcceptKey.answering(key) == accept) }
}
