/// A growable first-in, first-out store of bytes: gathered messages, output that waits.
///
/// Its bytes stay where they are until the next mutation, so that system calls and zlib can work on them in place.
@safe public final class ByteBuffer {
  // No access to these spans a call, so none can overlap another: checking that at run time took a fifth of an echo.
  @exclusivity(unchecked) @usableFromInline var base: UnsafeMutableRawPointer?
  @exclusivity(unchecked) @usableFromInline var head = 0
  @exclusivity(unchecked) @usableFromInline var tail = 0
  /// Bytes the current allocation can hold.
  @exclusivity(unchecked) public internal(set) var capacity = 0

  /// An empty buffer, which owns no memory.
  public init() {}

  deinit { unsafe base?.deallocate() }

  /// Bytes held.
  @inlinable public var count: Int { unsafe tail - head }

  /// Whether nothing is held.
  @inlinable public var isEmpty: Bool { unsafe head == tail }

  /// The bytes held; valid until the next mutation.
  @inlinable public var bytes: UnsafeMutableRawBufferPointer {
    guard let base = unsafe base else { return unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0) }
    return unsafe UnsafeMutableRawBufferPointer(start: base + head, count: tail - head)
  }

  /// The bytes held, as a span.
  public var span: Span<UInt8> {
    @_lifetime(borrow self)
    get {
      let span = unsafe UnsafeBufferPointer<UInt8>(bytes.assumingMemoryBound(to: UInt8.self)).span
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// Makes room behind the last byte; what is written there counts after `commit(_:)`.
  /// - Returns: the address of at least `size` writable bytes, valid until the next mutation.
  @inlinable public func reserve(_ size: Int) -> UnsafeMutableRawPointer {
    if unsafe capacity - tail < size || capacity == 0 { makeRoom(size) }
    return unsafe base.unsafelyUnwrapped + tail
  }

  /// Counts `size` bytes, written behind the last one, as held.
  @inlinable public func commit(_ size: Int) {
    unsafe precondition(size >= 0 && size <= capacity - tail)
    unsafe tail += size
  }

  /// Appends `source`.
  @inlinable public func append(_ source: UnsafeRawBufferPointer) {
    guard let address = source.baseAddress, source.count > 0 else { return }
    unsafe reserve(source.count).copyMemory(from: address, byteCount: source.count)
    unsafe tail += source.count
  }

  /// Appends `source`.
  public func append(_ source: Span<UInt8>) {
    unsafe source.withUnsafeBytes { unsafe append($0) }
  }

  /// Appends one byte.
  @inlinable @inline(__always) public func append(_ byte: UInt8) {
    unsafe reserve(1).storeBytes(of: byte, as: UInt8.self)
    unsafe tail += 1
  }

  /// Appends the UTF-8 of a literal, which costs no string.
  @inlinable @inline(__always) public func append(literal text: StaticString) {
    unsafe append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends the UTF-8 of `text`.
  public func append(_ text: String) {
    var text = text
    text.withUTF8 { unsafe append(UnsafeRawBufferPointer($0)) }
  }

  /// Drops the first `size` bytes.
  public func removeFirst(_ size: Int) {
    precondition(size >= 0 && size <= count)
    unsafe head += size
    if unsafe head == tail { unsafe (head, tail) = (0, 0) }
  }

  /// Drops the last `size` bytes.
  public func removeLast(_ size: Int) {
    precondition(size >= 0 && size <= count)
    unsafe tail -= size
  }

  /// Drops every byte and keeps the memory.
  @inlinable public func removeAll() { unsafe (head, tail) = (0, 0) }

  /// Drops every byte and gives the memory back.
  public func release() {
    unsafe base?.deallocate()
    unsafe base = nil
    unsafe (head, tail, capacity) = (0, 0, 0)
  }

  /// Moves the bytes to the front, or to an allocation at least twice as large.
  @usableFromInline func makeRoom(_ size: Int) {
    let held = count
    if unsafe capacity - held >= size, unsafe head >= held, let base = unsafe base {
      unsafe base.copyMemory(from: base + head, byteCount: held)
    } else {
      let larger = unsafe max(held + size, 2 * capacity, 64)
      let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
      if let base = unsafe base {
        unsafe moved.copyMemory(from: base + head, byteCount: held)
        unsafe base.deallocate()
      }
      unsafe base = moved
      unsafe capacity = larger
    }
    unsafe (head, tail) = (0, held)
  }
}
