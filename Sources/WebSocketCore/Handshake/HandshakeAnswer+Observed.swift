extension HandshakeAnswer {
  /// What a 101 agrees upon for somebody who only looks on: whatever is wrong with it becomes a note.
  /// - Parameter request: what it answers; where that is not known, all that the answer accepts counts as offered.
  public init(observed response: HTTPResponseHead, to request: HTTPRequestHead?) {
    let offered = response.headers.filter {
      $0.isNamed("Sec-WebSocket-Extensions") || $0.isNamed("Sec-WebSocket-Protocol")
    }
    let request = request ?? HTTPRequestHead(method: "GET", target: "/", headers: HTTPHeaders(offered))
    var check = AnswerCheck(request: request, isLenient: true)
    do throws(HandshakeFailure) {
      self = try check.answer(response)
    } catch {
      self.init(response: response, notes: check.notes + [error.description])
    }
  }
}
