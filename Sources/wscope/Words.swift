import Engine
import PlainText
import Trace
import Transport
import WebSocketCore
import WscopeOptions

extension ClientFailure {
  /// The status and the words for it.
  func stop(_ mask: SecretMask) -> Stop {
    let target = mask.target(target)
    switch cause {
    case .resolve(_, let failure):
      return Stop(.hostNotResolved, failure.description)
    case .proxyResolve(_, let failure):
      return Stop(.proxyNotResolved, "the proxy: \(failure)")
    case .connect(let attempts):
      return Stop(.cannotConnect, "cannot connect to \(target): \(words(attempts))", hint: hint(attempts))
    case .proxyConnect(let attempts):
      return Stop(.cannotConnect, "cannot connect to \(target): \(words(attempts))")
    case .tls(let failure):
      return Stop(failure.status, "cannot connect to \(target): \(failure)", hint: failure.hint)
    case .proxyRefused(let head):
      return Stop(
        .proxyRefused, "cannot connect to \(target): it refused the tunnel: \(words(head))",
        hint: head.status == 407 ? "write it as http://NAME:PASSWORD@HOST:PORT to authenticate" : nil)
    case .proxy(let failure):
      return Stop(.proxyRefused, "cannot connect to \(target): \(failure) (\(failure.section))")
    case .misuse(let misuse): return Stop(.usage, misuse.description)
    case .handshake(let failure):
      let status: ExitStatus = if case .head(let cause) = failure, cause.isLimit { .limit } else { .handshakeInvalid }
      return Stop(status, "the handshake with \(target) failed: \(failure) (\(failure.section))", hint: failure.hint)
    case .refused(let head, _):
      return Stop(.handshakeRefused, "\(target) refused the handshake: \(words(head))", hint: hint(for: head))
    case .timeLimit(let phase, let limit):
      let option = phase == .tls || phase == .handshake ? "--handshake-timeout" : "--connect-timeout"
      return Stop(
        .timeLimit, "cannot connect to \(target): \(phase.gerund) took longer than \(Quantity.duration(limit))",
        hint: "\(option) sets the limit")
    case .closedWithoutAnswer:
      return Stop(.noAnswer, "cannot connect to \(target): closed without an answer")
    case .truncatedAnswer:
      return Stop(.connectionBroke, "cannot connect to \(target): the connection ended in the middle of the answer")
    case .broken(let failure):
      return Stop(.connectionBroke, "cannot connect to \(target): \(failure)")
    }
  }

  /// The headers and the start of the body of a refusal, as lines that are safe for a terminal.
  func refusalLines(_ mask: SecretMask) -> [String] {
    guard case .refused(let head, let body) = cause else { return [] }
    let headers = head.headers.map { "\($0.name): \(mask.value(ofHeader: $0.name, $0.value))" }
    let text = SafeText(bytes: body.span, keepsNewlines: true).string
    return headers.map { SafeText($0).string }
      + (body.isEmpty ? [] : [""] + text.split(separator: "\n").map(String.init))
  }

  /// One address: its error. Several: each with its own.
  private func words(_ attempts: [ConnectAttempt]) -> String {
    let errors = attempts.map { ($0.address.description, $0.error?.description ?? "no answer in time") }
    guard let first = errors.first else { return "no address" }
    if errors.allSatisfy({ $0.1 == first.1 }) { return first.1 }
    return errors.map { "\($0.0): \($0.1)" }.joined(separator: ", ")
  }

  private func hint(_ attempts: [ConnectAttempt]) -> String? {
    guard !attempts.isEmpty, attempts.allSatisfy({ $0.error?.isRefusal == true }) else { return nil }
    switch attempts[0].address {
    case .unix(let path): return "nothing listens there; start one with: wscope echo --unix \(path)"
    default:
      guard attempts.allSatisfy(\.address.isLoopback), let port = attempts[0].address.port else { return nil }
      return "nothing listens on port \(port); start one with: wscope echo --listen localhost:\(port)"
    }
  }

  private func words(_ head: HTTPResponseHead) -> String {
    "\(head.status) \(head.reason.isEmpty ? HTTPResponseHead.registeredReason(head.status) : head.reason)"
  }

  private func hint(for head: HTTPResponseHead) -> String? {
    switch head.status {
    case 300..<400: return head.headers.first("Location").map { "it points to \($0); redirects are not followed" }
    case 401: return "-u NAME:PASSWORD or --oauth2-bearer TOKEN authenticates"
    case 426: return head.headers.first("Sec-WebSocket-Version").map { "it speaks WebSocket version \($0)" }
    default: return nil
    }
  }
}

extension TLSFailure {
  var status: ExitStatus {
    switch self {
    case .ownCertificate(_, .unreadable), .caFile(_, .unreadable): .cannotRead
    case .untrusted: .untrustedCertificate
    case .ownCertificate, .noOwnCertificate, .ownCertificateRefused: .ownCertificate
    case .caFile: .untrustedCertificate
    case .keyLogFile: .cannotWrite
    default: .tlsFailed
    }
  }
}

extension Verdict {
  /// What the way in which the connection ended means for the shell.
  var status: ExitStatus {
    switch cause {
    case .closedByUs, .closedByPeer: isNormal ? .success : .closeCode
    case .endedByPeer, .resetByPeer, .truncated, .broken: .connectionBroke
    case .violation(let violation): violation.isLimit ? .limit : .violation
    case .closeTimeout, .pingTimeout: .timeLimit
    case .abandoned: .success
    }
  }
}
