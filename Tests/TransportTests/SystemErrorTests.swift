import Glibc
import Testing
import Transport

@Suite struct `A system error` {
  @Test(arguments: [(ECONNREFUSED, "connection refused"), (EPIPE, "broken pipe"), (EIO, "input/output error")])
  func `reads as the middle of a sentence`(code: Int32, words: String) {
    #expect(SystemError(code: code, call: "connect").description == words)
  }
}
