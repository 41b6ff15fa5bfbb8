import Glibc
import Synchronization

/// A host for which no address was found.
public struct ResolveFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// The name as it was asked for.
  public var host: String
  /// The system's words: "name or service not known".
  public var reason: String

  /// The failure to find `host`, for `reason`.
  public init(host: String, reason: String) {
    self.host = host
    self.reason = reason
  }

  /// "cannot resolve nowhere.invalid: name or service not known".
  public var description: String { "cannot resolve \(host): \(reason)" }
}

/// What became of a name.
///
/// It is no `Result` because that type is made at run time, which is felt where one message is all there is.
public enum Resolution: Equatable, Sendable {
  /// Its addresses, in the order of the system's preference.
  case success([SocketAddress])
  /// Why there are none.
  case failure(ResolveFailure)
}

/// Finds the addresses of names with `getaddrinfo`, on a helper thread because nothing bounds its time.
///
/// Names are looked up one after another. A thread that is left with a question nobody asks any more is abandoned to
/// it, so that one dead name server does not hold up the next question.
public final class Resolver {
  /// Takes the answer.
  public typealias Completion = (Resolution) -> Void

  private let loop: Loop
  /// Few at a time.
  private var pending: [(question: UInt64, completion: Completion)] = []
  private var nextQuestion: UInt64 = 0
  private var worker: ResolverWorker?
  private var answers: (mailbox: Mailbox<ResolverAnswer>, hearing: Cancellation)?

  /// A resolver that answers on `loop`. It starts its thread with the first name.
  public init(loop: Loop) { self.loop = loop }

  deinit {
    worker?.leave()
    answers?.hearing.cancel()
  }

  /// Asks for the stream addresses of `host`; `completion` is called once, in a later turn. Digits are answered without
  /// the thread.
  public func resolve(
    host: String, port: UInt16, family: AddressFamily? = nil, completion: @escaping Completion
  ) -> Cancellation {
    let question = nextQuestion
    nextQuestion += 1
    pending.append((question, completion))
    if let address = SocketAddress(numericHost: host, port: port) {
      let isWanted = family == nil || family == address.family
      let kind = family == .ipv4 ? "IPv4" : "IPv6"
      answerLater(
        question, isWanted ? .success([address]) : .failure(.init(host: host, reason: "it is no \(kind) address")))
    } else if host.isEmpty || host.utf8.contains(0) {
      answerLater(question, .failure(ResolveFailure(host: host, reason: "it is no host name")))
    } else {
      do throws(SystemError) {
        try ask(ResolverQuestion(number: question, host: host, port: port, family: family))
      } catch {
        answerLater(question, .failure(ResolveFailure(host: host, reason: error.description)))
      }
    }
    return Cancellation { [weak self] in self?.cancel(question) }
  }

  private func answerLater(_ question: UInt64, _ result: Resolution) {
    loop.atEndOfTurn { [weak self] in self?.answer(question, result) }
  }

  private func answer(_ question: UInt64, _ result: Resolution) {
    takePending(question)?(result)
  }

  private func takePending(_ question: UInt64) -> Completion? {
    pending.firstIndex { $0.question == question }.map { pending.remove(at: $0).completion }
  }

  private func cancel(_ question: UInt64) {
    guard takePending(question) != nil, let worker, worker.abandon(question) else { return }
    self.worker = nil
    // What waited behind it goes to a thread that can answer.
    for waiting in worker.leave() {
      do throws(SystemError) {
        try ask(waiting)
      } catch {
        answerLater(waiting.number, .failure(ResolveFailure(host: waiting.host, reason: error.description)))
      }
    }
  }

  private func ask(_ question: ResolverQuestion) throws(SystemError) {
    if answers == nil {
      let mailbox = try Mailbox<ResolverAnswer>()
      let hearing = try loop.hear(mailbox) { [weak self] answer in self?.answer(answer.question, answer.result) }
      answers = (mailbox, hearing)
    }
    if worker == nil, let answers {
      let worker = try ResolverWorker()
      try HelperThread.start { [mailbox = answers.mailbox] in worker.run(answering: mailbox) }
      self.worker = worker
    }
    worker?.ask(question)
  }
}

struct ResolverQuestion: Sendable {
  let number: UInt64
  let host: String
  let port: UInt16
  let family: AddressFamily?
}

struct ResolverAnswer: Sendable {
  let question: UInt64
  let result: Resolution
}

/// What the resolver shares with one thread of its own.
final class ResolverWorker: Sendable {
  private struct State {
    var waiting: [ResolverQuestion] = []
    var current: UInt64?
    var isLeft = false
  }

  private let state = Mutex(State())
  private let bell: Mailbox<Void>

  init() throws(SystemError) { bell = try Mailbox() }

  func ask(_ question: ResolverQuestion) {
    state.withLock { $0.waiting.append(question) }
    bell.post(())
  }

  /// Takes a question back.
  /// - Returns: whether the thread is at it already, and cannot be stopped.
  func abandon(_ question: UInt64) -> Bool {
    state.withLock { state in
      state.waiting.removeAll { $0.number == question }
      return state.current == question
    }
  }

  /// Lets the thread end after the question it is at.
  /// - Returns: those it had not begun.
  @discardableResult func leave() -> [ResolverQuestion] {
    let waiting = state.withLock { state in
      let waiting = state.waiting
      state.waiting = []
      state.isLeft = true
      return waiting
    }
    bell.post(())
    return waiting
  }

  /// The thread's life.
  func run(answering mailbox: Mailbox<ResolverAnswer>) {
    while true {
      let (question, isLeft) = state.withLock { state in
        let question = state.waiting.isEmpty ? nil : state.waiting.removeFirst()
        state.current = question?.number
        return (question, state.isLeft)
      }
      if isLeft { return }
      if let question {
        mailbox.post(ResolverAnswer(question: question.number, result: Self.lookUp(question)))
      } else {
        _ = bell.wait()
      }
    }
  }

  private static func lookUp(_ question: ResolverQuestion) -> Resolution {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_family =
      switch question.family {
      case .ipv4: AF_INET
      case .ipv6: AF_INET6
      case nil: AF_UNSPEC
      }
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(question.host, nil, &hints, &list)
    guard status == 0 else {
      let error = status == EAI_SYSTEM ? SystemError(call: "getaddrinfo").description : words(of: status)
      return .failure(ResolveFailure(host: question.host, reason: error))
    }
    defer { freeaddrinfo(list) }
    var addresses: [SocketAddress] = []
    var next = list
    while let entry = next {
      // The hosts file may name an address twice.
      if let address = SocketAddress(entry.pointee.ai_addr, size: entry.pointee.ai_addrlen)?.with(port: question.port),
        !addresses.contains(address)
      {
        addresses.append(address)
      }
      next = entry.pointee.ai_next
    }
    return .success(addresses)
  }

  private static func words(of status: Int32) -> String {
    let words = String(cString: gai_strerror(status))
    return words.prefix(1).lowercased() + words.dropFirst()
  }
}
