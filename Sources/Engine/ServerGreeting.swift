import Trace
import Transport
import WebSocketCore

/// A connection whose opening handshake is not done; it becomes a `Connection` or ends with an HTTP answer.
final class ServerGreeting {
  private var stream: any ByteStream
  private let server: Server
  private var handshake: ServerHandshake
  private let tap: (any Tap)?
  private var limit: TimerToken?
  private var state = State.reading

  private enum State {
    case reading
    /// The answer is out; the client's end is awaited, and what it sends is not read as frames.
    case answered
    /// The client has sent its end and still has to read the answer.
    case draining
    case done
  }

  /// How long a client may take to end the connection after a refusal.
  private static let drainTime = Duration.seconds(2)

  init(stream: any ByteStream, server: Server) {
    self.stream = stream
    self.server = server
    tap = server.nextTap(stream)
    handshake = ServerHandshake(options: server.options.handshake)
  }

  func start(refusing isFull: Bool) {
    stream.handler = self
    limit = server.context.loop.schedule(after: server.options.handshakeTimeout) { [self] in
      if case .reading = state {
        respond(HTTPAnswer(status: 408, text: "the opening handshake took too long\n").bytes())
      } else {
        abandon()
      }
    }
    stream.start()
    if isFull {
      respond(HTTPAnswer(status: 503, text: "the server has as many connections as it takes\n").bytes())
    }
  }

  func abandon() {
    leave()
    stream.close()
  }

  private func leave() {
    if case .done = state { return }
    state = .done
    if let limit { server.context.loop.cancel(limit) }
    limit = nil
    server.finished(self)
  }

  private func respond(_ response: [UInt8]) {
    state = .answered
    if let limit { server.context.loop.cancel(limit) }
    limit = server.context.loop.schedule(after: Self.drainTime) { [self] in abandon() }
    response.withUnsafeBytes { stream.write($0) }
    stream.finishWriting()
  }

  private func decide(
    _ head: HTTPRequestHead, _ upgrade: UpgradeRequest?, behind rest: UnsafeMutableRawBufferPointer
  ) {
    tap?.saw(.request(head.bytes))
    switch server.answer(head, upgrade) {
    case .refuse(let status, let headers, let body):
      var answer = HTTPAnswer(status: status, text: body)
      for header in headers { answer.head.headers.replace(header.name, with: [header]) }
      tap?.saw(.response(answer.head))
      respond(answer.bytes(to: head.method))
    case .accept(let handler, let subprotocol, let deflates):
      guard let answer = try? handshake.accept(subprotocol: subprotocol, allowsDeflate: deflates) else {
        return respond(HTTPAnswer(status: 400, text: "this subprotocol cannot be sent\n").bytes())
      }
      answer.response.withUnsafeBytes { stream.write($0) }
      let connection = Connection(
        stream: stream, role: .server, deflate: answer.deflate, context: server.context,
        settings: server.options.settings, handler: handler, readsOnlyWhileWritable: true)
      if let tap {
        tap.saw(.response(answer.head))
        connection.observe(tap)
      }
      server.opened(connection)
      leave()
      connection.start(received: rest)
    }
  }
}

extension ServerGreeting: ByteStreamHandler {
  func streamOpened(_ stream: any ByteStream) {}

  func stream(_ stream: any ByteStream, received bytes: UnsafeMutableRawBufferPointer) {
    guard case .reading = state else { return }
    let view = UnsafeBufferPointer(bytes.assumingMemoryBound(to: UInt8.self))
    let (consumed, outcome) = handshake.receive(view.span)
    let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[consumed...])
    switch outcome {
    case .needsMore: break
    case .upgrade(let request): decide(request.head, request, behind: rest)
    case .plain(let head): decide(head, nil, behind: rest)
    case .failed(let failure, let response):
      tap?.saw(.refused(failure))
      respond(response)
    }
  }

  func streamEnded(_ stream: any ByteStream) {
    guard case .answered = state, stream.queuedBytes > 0 else { return abandon() }
    state = .draining
  }

  func stream(_ stream: any ByteStream, failed failure: StreamFailure) {
    leave()
  }

  func streamDrained(_ stream: any ByteStream) {
    if case .draining = state, stream.queuedBytes == 0 { abandon() }
  }
}
