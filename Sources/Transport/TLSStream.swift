import Bytes

/// TLS over another stream, as client or server: moves the bytes that a `TLSConnection` makes and takes.
///
/// An idle one owns no buffer: it decrypts and encrypts into its context's, and queues plaintext only while the stream
/// below has not drained.
public final class TLSStream: ByteStream, EventSource {
  public var handler: (any ByteStreamHandler)?

  private let lower: any ByteStream
  private let context: TLSContext
  private let loop: Loop
  private let serverName: String?
  /// Made when the stream below is open, given up when this one is closed.
  private var connection: TLSConnection?
  private var phase: Phase
  private var writing = Writing.open
  private var isPaused = false
  private var hasEnded = false
  private var owesDrained = false
  private var isEnqueued = false
  /// Plaintext that waits for the handshake or for the stream below to drain.
  private var queue: ByteBuffer?
  /// What the peer did while nobody would hear it.
  private var held: Held?

  private enum Phase: Equatable {
    case new(isLowerOpen: Bool)
    case connecting
    case shakingHands
    case open
    case closed
  }

  private enum Writing {
    case open
    /// `finishWriting()` was called and the queue has not drained.
    case finishing
    /// close_notify has been handed to the stream below.
    case finished
  }

  /// What is kept while reading is paused, in the order it will be told.
  private final class Held {
    let ciphertext = ByteBuffer()
    var hasEnded = false
    var failure: StreamFailure?
  }

  /// Ciphertext of at most about this size is made at once.
  private static let batchSize = 128 << 10

  /// TLS over `lower`, which is started by `start()` unless it is open already, as behind a proxy.
  /// - Parameter serverName: a client's name or address for the server, as the user wrote it: it is asked for (SNI) and
  ///   must stand in the certificate. nil: neither.
  public init(
    over lower: any ByteStream, context: TLSContext, loop: Loop, serverName: String? = nil, isLowerOpen: Bool = false
  ) {
    self.lower = lower
    self.context = context
    self.loop = loop
    self.serverName = serverName
    phase = .new(isLowerOpen: isLowerOpen)
  }

  public var peerAddress: String { lower.peerAddress }

  /// What the handshake agreed on; nil while it is not done, and after the stream was closed.
  public var facts: TLSFacts? { phase == .open ? connection?.facts : nil }

  // MARK: The handshake

  public func start() {
    guard case .new(let isLowerOpen) = phase else { return }
    phase = .connecting
    lower.handler = self
    if isLowerOpen {
      streamOpened(lower)
    } else {
      lower.start()
    }
  }

  public func streamOpened(_ lower: any ByteStream) {
    guard phase == .connecting else { return }
    phase = .shakingHands
    do throws(TLSFailure) {
      connection = try TLSConnection(context, serverName: serverName)
    } catch {
      return failLater(.tls(error))
    }
    take(UnsafeRawBufferPointer(start: nil, count: 0))
  }

  /// Goes on with the handshake; true when it is done.
  private func shakeHands(_ connection: TLSConnection, _ scratch: TLSScratch) -> Bool {
    let result = connection.shakeHands(scratch)
    flush(scratch)
    switch result {
    case .needsMore: return false
    case .done: return true
    case .failed(let failure):
      fail(.tls(failure))
      return false
    }
  }

  private func open() {
    phase = .open
    handler?.streamOpened(self)
    advanceWriting()
  }

  // MARK: Reading

  public func pauseReading() {
    isPaused = true
    if phase == .open { lower.pauseReading() }
  }

  public func resumeReading() {
    isPaused = false
    if phase == .open { lower.resumeReading() }
    if held != nil { enqueueSelf() }
  }

  public func stream(_ lower: any ByteStream, received bytes: UnsafeMutableRawBufferPointer) {
    let bytes = UnsafeRawBufferPointer(bytes)
    if mustHold {
      hold().ciphertext.append(bytes)
    } else {
      take(bytes)
    }
  }

  /// Takes ciphertext in, and tells the handler what it was.
  private func take(_ ciphertext: UnsafeRawBufferPointer) {
    guard let connection, phase != .closed, !hasEnded else { return }
    let scratch = context.takeScratch()
    defer { context.giveBack(scratch) }
    scratch.input = ciphertext
    if phase == .shakingHands {
      guard shakeHands(connection, scratch) else { return }
      open()
      guard phase == .open else { return }
      if isPaused {
        lower.pauseReading()
        if !scratch.input.isEmpty { hold().ciphertext.append(scratch.input) }
        return
      }
    }
    decrypt(connection, scratch)
  }

  /// Decrypts all of the scratch's input and delivers it in one piece; then tells what follows it.
  private func decrypt(_ connection: TLSConnection, _ scratch: TLSScratch) {
    // Ciphertext is longer than its plaintext, and OpenSSL holds back a part of one record at the most.
    let size = max(scratch.input.count + 2 * TLSConnection.recordSize, StreamLimits.receiveSize)
    let plaintext = scratch.plaintext(size)
    let (count, following) = connection.decrypt(scratch, into: plaintext)
    flush(scratch)
    if count > 0 { handler?.stream(self, received: UnsafeMutableRawBufferPointer(rebasing: plaintext[..<count])) }
    switch following {
    case .more: return
    case .end: end()
    case .failure(let failure): fail(.tls(failure))
    }
  }

  private func end() {
    guard phase == .open, !hasEnded else { return }
    if mustHold {
      hold().hasEnded = true
    } else {
      hasEnded = true
      handler?.streamEnded(self)
    }
  }

  public func streamEnded(_ lower: any ByteStream) {
    guard !hasEnded, held?.hasEnded != true else { return }
    fail(
      phase == .open ? .endWithoutCloseNotify : .tls(connection?.failureOfEnd ?? .endInHandshake(by: context.role.peer))
    )
  }

  public func stream(_ lower: any ByteStream, failed failure: StreamFailure) { fail(failure) }

  /// Whether what comes now has to wait: for `resumeReading()`, or for what was kept to be told.
  private var mustHold: Bool { phase == .open && (isPaused || held != nil) }

  private func hold() -> Held {
    let held = held ?? Held()
    self.held = held
    return held
  }

  /// Tells what was kept, as far as nobody pauses again.
  private func release() {
    guard let held, !isPaused, phase == .open else { return }
    self.held = nil
    if !held.ciphertext.isEmpty { take(UnsafeRawBufferPointer(held.ciphertext.bytes)) }
    if held.hasEnded { end() }
    guard let failure = held.failure else { return }
    // The end may have been in the ciphertext; then there is nothing wrong with a FIN behind it.
    if failure == .endWithoutCloseNotify, hasEnded || self.held?.hasEnded == true { return }
    fail(failure)
  }

  // MARK: Writing

  public var queuedBytes: Int { (queue?.count ?? 0) + lower.queuedBytes }

  public func write(_ bytes: UnsafeRawBufferPointer) {
    write(bytes, UnsafeRawBufferPointer(start: nil, count: 0))
  }

  public func write(_ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer) {
    guard phase != .closed, writing == .open, head.count + body.count > 0 else { return }
    var rest = body
    if let connection, phase == .open, queue == nil, lower.queuedBytes <= StreamLimits.lowWater {
      rest = head.isEmpty ? encrypt(connection, body) : encrypt(connection, head, body)
    } else {
      enqueue(head)
    }
    if !rest.isEmpty { enqueue(rest) }
    if queuedBytes > StreamLimits.lowWater { owesDrained = true }
  }

  public func finishWriting() {
    guard phase != .closed, writing == .open else { return }
    writing = .finishing
    if queuedBytes > 0 { owesDrained = true }
    if phase == .open && queue == nil { shutDown() }
  }

  private func enqueue(_ bytes: UnsafeRawBufferPointer) {
    let queue = queue ?? ByteBuffer()
    self.queue = queue
    queue.append(bytes)
  }

  /// Sends `head` and the beginning of `body` in one record, so that a short head costs none of its own.
  /// - Returns: what is left of the body.
  private func encrypt(
    _ connection: TLSConnection, _ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer
  ) -> UnsafeRawBufferPointer {
    if body.isEmpty || head.count >= TLSConnection.recordSize {
      let rest = encrypt(connection, head)
      guard !rest.isEmpty || lower.queuedBytes > StreamLimits.lowWater else { return encrypt(connection, body) }
      if !rest.isEmpty { enqueue(rest) }
      return body
    }
    let size = min(body.count, TLSConnection.recordSize - head.count)
    return withUnsafeTemporaryAllocation(byteCount: head.count + size, alignment: 16) { first in
      first.copyMemory(from: head)
      UnsafeMutableRawBufferPointer(rebasing: first[head.count...])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: body[..<size]))
      return encrypt(
        connection, UnsafeRawBufferPointer(rebasing: body[size...]), after: UnsafeRawBufferPointer(first))
    }
  }

  /// Encrypts and sends `bytes`, a batch at a time, until the stream below has enough.
  /// - Returns: what is left.
  private func encrypt(
    _ connection: TLSConnection, _ bytes: UnsafeRawBufferPointer, after first: UnsafeRawBufferPointer? = nil
  ) -> UnsafeRawBufferPointer {
    let scratch = context.takeScratch()
    defer { context.giveBack(scratch) }
    if let first { encryptWhole(connection, first, scratch) }
    var rest = bytes
    repeat {
      let size = min(rest.count, Self.batchSize)
      if size > 0 { encryptWhole(connection, UnsafeRawBufferPointer(rebasing: rest[..<size]), scratch) }
      flush(scratch)
      rest = UnsafeRawBufferPointer(rebasing: rest[size...])
    } while !rest.isEmpty && lower.queuedBytes <= StreamLimits.lowWater
    return rest
  }

  private func encryptWhole(_ connection: TLSConnection, _ bytes: UnsafeRawBufferPointer, _ scratch: TLSScratch) {
    if let failure = connection.encrypt(bytes, scratch) { failLater(.tls(failure)) }
  }

  private func flush(_ scratch: TLSScratch) {
    guard !scratch.output.isEmpty else { return }
    lower.write(UnsafeRawBufferPointer(scratch.output.bytes))
    scratch.output.removeAll()
  }

  /// Sends close_notify, and ends the stream below when that has gone out.
  private func shutDown() {
    guard let connection else { return }
    writing = .finished
    let scratch = context.takeScratch()
    defer { context.giveBack(scratch) }
    connection.shutDown(scratch)
    flush(scratch)
    if lower.queuedBytes > 0 { owesDrained = true }
    lower.finishWriting()
  }

  public func streamDrained(_ lower: any ByteStream) { advanceWriting() }

  /// Sends what waits, as far as the stream below takes it.
  private func advanceWriting() {
    guard let connection, phase == .open else { return }
    if let queue, lower.queuedBytes <= StreamLimits.lowWater {
      let rest = encrypt(connection, UnsafeRawBufferPointer(queue.bytes))
      queue.removeFirst(queue.count - rest.count)
      if queue.isEmpty { self.queue = nil }
    }
    if writing == .finishing && queue == nil { shutDown() }
    guard owesDrained, queuedBytes <= (writing == .open ? StreamLimits.lowWater : 0) else { return }
    owesDrained = false
    handler?.streamDrained(self)
  }

  // MARK: The loop and the end

  func ready(_ readiness: Readiness) {
    isEnqueued = false
    if let failure = held?.failure, phase != .open { return fail(failure) }
    release()
  }

  private func enqueueSelf() {
    guard !isEnqueued, phase != .closed else { return }
    isEnqueued = true
    loop.enqueue(self)
  }

  /// Fails in a later turn, because the handler is not to be called from inside a write.
  private func failLater(_ failure: StreamFailure) {
    let held = hold()
    if held.failure == nil { held.failure = failure }
    enqueueSelf()
  }

  private func fail(_ failure: StreamFailure) {
    guard phase != .closed else { return }
    if mustHold {
      let held = hold()
      if held.failure == nil { held.failure = failure }
      return
    }
    let handler = handler
    abandon()
    lower.close()
    handler?.stream(self, failed: failure)
  }

  public func close() {
    guard phase != .closed else { return }
    // Without it the peer could not tell an end from a cut; but what is cut is not to look whole.
    if phase == .open && writing == .open && queue == nil { shutDown() }
    abandon()
    lower.close()
  }

  public func reset() {
    guard phase != .closed else { return }
    abandon()
    lower.reset()
  }

  private func abandon() {
    phase = .closed
    handler = nil
    (connection, queue, held) = (nil, nil, nil)
  }
}

extension TLSStream: ByteStreamHandler {}
