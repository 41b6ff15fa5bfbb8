/// A point on the clock that all of the program reads.
public typealias Instant = ContinuousClock.Instant

/// Names one scheduled action, so that it can be cancelled.
public struct TimerToken: Hashable, Sendable {
  fileprivate let slot: Int
  fileprivate let serial: UInt64
}

/// Actions to run at a time: a heap by deadline whose members can leave from the middle. What is due at the same
/// instant runs in the order it was scheduled.
struct TimerQueue {
  private struct Timer {
    let deadline: Instant
    let serial: UInt64
    /// Where the timer stands in `heap`.
    var position: Int
    let action: () -> Void
  }

  private var timers: [Timer?] = []
  private var freeSlots: [Int] = []
  /// Slots of `timers`; each is due no earlier than its parent at half its index.
  private var heap: [Int] = []
  /// The number of the next timer; those scheduled before have smaller ones.
  private(set) var nextSerial: UInt64 = 0

  var isEmpty: Bool { heap.isEmpty }

  /// When the first timer is due.
  var firstDeadline: Instant? { heap.first.map { timers[$0].unsafelyUnwrapped.deadline } }

  mutating func schedule(at deadline: Instant, _ action: @escaping () -> Void) -> TimerToken {
    let serial = nextSerial
    nextSerial += 1
    let timer = Timer(deadline: deadline, serial: serial, position: heap.count, action: action)
    let slot: Int
    if let free = freeSlots.popLast() {
      slot = free
      timers[slot] = timer
    } else {
      slot = timers.count
      timers.append(timer)
    }
    heap.append(slot)
    rise(from: heap.count - 1)
    return TimerToken(slot: slot, serial: serial)
  }

  /// Forgets a timer; one that has fired or is foreign is none of ours.
  mutating func cancel(_ token: TimerToken) {
    guard timers.indices.contains(token.slot), let timer = timers[token.slot], timer.serial == token.serial
    else { return }
    remove(at: timer.position)
  }

  /// Takes out the first action that is due at `now`, if it was scheduled before the timer `serial`.
  mutating func popDue(at now: Instant, before serial: UInt64) -> (() -> Void)? {
    guard let slot = heap.first, let timer = timers[slot], timer.deadline <= now, timer.serial < serial
    else { return nil }
    remove(at: 0)
    return timer.action
  }

  private mutating func remove(at position: Int) {
    let slot = heap[position]
    let last = heap.removeLast()
    if position < heap.count {
      place(last, at: position)
      rise(from: position)
      sink(from: position)
    }
    if heap.isEmpty {
      // A burst of connections must not leave its room behind for ever.
      timers = []
      freeSlots = []
    } else {
      timers[slot] = nil
      freeSlots.append(slot)
    }
  }

  private mutating func rise(from start: Int) {
    var position = start
    while position > 0 {
      let parent = (position - 1) / 2
      guard isEarlier(heap[position], than: heap[parent]) else { return }
      swap(position, parent)
      position = parent
    }
  }

  private mutating func sink(from start: Int) {
    var position = start
    while true {
      var first = position
      for child in [2 * position + 1, 2 * position + 2]
      where child < heap.count && isEarlier(heap[child], than: heap[first]) {
        first = child
      }
      guard first != position else { return }
      swap(position, first)
      position = first
    }
  }

  private func isEarlier(_ left: Int, than right: Int) -> Bool {
    guard let left = timers[left], let right = timers[right] else { return false }
    return (left.deadline, left.serial) < (right.deadline, right.serial)
  }

  private mutating func swap(_ left: Int, _ right: Int) {
    let slot = heap[left]
    place(heap[right], at: left)
    place(slot, at: right)
  }

  private mutating func place(_ slot: Int, at position: Int) {
    heap[position] = slot
    timers[slot]?.position = position
  }
}
