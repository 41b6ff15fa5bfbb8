import Glibc

/// Feeds one descriptor and reads another at the same time, as a shell's pipes do.
struct Pump {
  /// What has to come out: compared as it comes.
  private let expected: UnsafeRawBufferPointer
  /// Whether every byte so far was the expected one.
  private(set) var isEqual = true
  /// Bytes that came out.
  private(set) var received = 0
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 4096)

  init(expecting expected: UnsafeRawBufferPointer) { self.expected = expected }

  /// Whether all that was expected came, and nothing else.
  var isComplete: Bool { isEqual && received == expected.count }

  /// Writes `bytes` to `feed`, calls `fed` once they are gone, and reads `drain` to its end.
  mutating func run(
    _ bytes: UnsafeRawBufferPointer, into feed: Int32, from drain: Int32, fed: () -> Void
  ) throws {
    Socket.stopBlocking(feed)
    Socket.stopBlocking(drain)
    defer { buffer.deallocate() }
    var written = 0
    while true {
      var events = [pollfd(fd: drain, events: Int16(POLLIN), revents: 0)]
      if written < bytes.count { events.append(pollfd(fd: feed, events: Int16(POLLOUT), revents: 0)) }
      poll(&events, nfds_t(events.count), -1)
      if events.count > 1 && events[1].revents != 0 {
        let size = write(feed, bytes.baseAddress! + written, min(64 << 10, bytes.count - written))
        if size < 0 && errno != EAGAIN { throw BenchFailure(call: "write") }
        written += max(0, size)
        if written == bytes.count { fed() }
      }
      if events[0].revents != 0 {
        let size = read(drain, buffer.baseAddress, buffer.count)
        if size == 0 { return }
        if size < 0 && errno != EAGAIN { throw BenchFailure(call: "read") }
        if size > 0 { note(size) }
      }
    }
  }

  private mutating func note(_ size: Int) {
    let fits = received + size <= expected.count
    isEqual = isEqual && fits && memcmp(buffer.baseAddress!, expected.baseAddress! + received, size) == 0
    received += size
  }
}
