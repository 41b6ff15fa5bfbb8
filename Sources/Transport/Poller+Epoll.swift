import CPlatform
import Glibc

typealias SystemEvent = epoll_event

extension Poller {
  init() throws(SystemError) {
    let number = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard number >= 0 else { throw SystemError(call: "epoll_create1") }
    self.init(descriptor: Descriptor(owning: number), events: .allocate(capacity: 256))
  }

  /// Changes what `descriptor` is watched for. With no interest left it leaves the set, for a hang-up that nobody reads
  /// would end every wait at once.
  /// - Returns: false if it can never be waited for, as a regular file, which is always ready.
  func watch(
    _ descriptor: Int32, for interest: Interest, replacing old: Interest, tag: UInt64
  ) throws(SystemError) -> Bool {
    let operation = old.isEmpty ? EPOLL_CTL_ADD : interest.isEmpty ? EPOLL_CTL_DEL : EPOLL_CTL_MOD
    var event = epoll_event()
    if interest.contains(.reading) { event.events |= EPOLLIN.rawValue }
    if interest.contains(.writing) { event.events |= EPOLLOUT.rawValue }
    event.data.u64 = tag
    if epoll_ctl(self.descriptor.number, operation, descriptor, &event) == 0 { return true }
    if operation == EPOLL_CTL_ADD && errno == EPERM { return false }
    if operation == EPOLL_CTL_DEL { return true }
    throw SystemError(call: "epoll_ctl")
  }

  /// Waits until a watched descriptor is ready, at most `milliseconds` (-1: without end).
  /// - Returns: the number of events; none after a signal.
  func wait(milliseconds: Int32) -> Int {
    max(0, Int(epoll_wait(descriptor.number, events.baseAddress, Int32(events.count), milliseconds)))
  }

  /// The event at `index` of the last wait.
  func event(_ index: Int) -> (tag: UInt64, readiness: Readiness) {
    let event = events[index]
    if event.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { return (event.data.u64, [.reading, .writing]) }
    var readiness: Readiness = []
    if event.events & EPOLLIN.rawValue != 0 { readiness.insert(.reading) }
    if event.events & EPOLLOUT.rawValue != 0 { readiness.insert(.writing) }
    return (event.data.u64, readiness)
  }
}
