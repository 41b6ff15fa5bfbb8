import CPlatform
import Glibc
import Synchronization

/// Messages from one thread to another: a helper thread waits for them, a loop hears them between its other work.
public final class Mailbox<Message: Sendable>: Sendable {
  private let messages = Mutex<[Message]>([])
  /// An eventfd: readable while messages wait.
  fileprivate let bell: Descriptor

  /// An empty mailbox.
  public init() throws(SystemError) {
    let number = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
    guard number >= 0 else { throw SystemError(call: "eventfd") }
    bell = Descriptor(owning: number)
  }

  /// Leaves a message; from any thread.
  public func post(_ message: Message) {
    let isFirst = messages.withLock { messages in
      messages.append(message)
      return messages.count == 1
    }
    guard isFirst else { return }
    var one: UInt64 = 1
    _ = withUnsafeBytes(of: &one) { SystemCalls.write(bell.number, $0) }
  }

  /// Takes the messages that wait, oldest first; none if there are none.
  public func take() -> [Message] {
    var count: UInt64 = 0
    _ = withUnsafeMutableBytes(of: &count) { SystemCalls.read(bell.number, into: $0) }
    return messages.withLock { messages in
      let taken = messages
      messages = []
      return taken
    }
  }

  /// Blocks this thread until there is a message, and takes all there are. Not for the loop's thread.
  public func wait() -> [Message] {
    while true {
      let taken = take()
      if !taken.isEmpty { return taken }
      SystemCalls.waitForInput(bell.number)
    }
  }
}

extension Loop {
  /// Calls `action` in a turn with each message that comes into `mailbox`, until the answer is cancelled.
  public func hear<Message>(
    _ mailbox: Mailbox<Message>, _ action: @escaping (Message) -> Void
  ) throws(SystemError) -> Cancellation {
    let source = MailboxSource(mailbox, action)
    let number = mailbox.bell.number
    try watch(number, for: .reading, source)
    return Cancellation { [self] in
      source.isCancelled = true
      forget(number)
    }
  }
}

/// A mailbox in the loop.
private final class MailboxSource<Message: Sendable>: EventSource {
  private let mailbox: Mailbox<Message>
  private let action: (Message) -> Void
  var isCancelled = false

  init(_ mailbox: Mailbox<Message>, _ action: @escaping (Message) -> Void) {
    self.mailbox = mailbox
    self.action = action
  }

  func ready(_ readiness: Readiness) {
    for message in mailbox.take() where !isCancelled { action(message) }
  }
}
