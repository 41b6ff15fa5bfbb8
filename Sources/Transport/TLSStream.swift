import Bytes
import COpenSSL

/// TLS over another stream, as client or server. OpenSSL works on memory only; this class moves the bytes.
///
/// An idle one owns no buffer: it decrypts and encrypts into its context's, and queues plaintext only while the stream
/// below has not drained.
public final class TLSStream: ByteStream, EventSource {
  public var handler: (any ByteStreamHandler)?

  private let lower: any ByteStream
  private let context: TLSContext
  private let loop: Loop
  private let serverName: String?
  /// OpenSSL's connection; nil once closed.
  private var ssl: OpaquePointer?
  private var phase = Phase.new
  private var writing = Writing.open
  private var isPaused = false
  private var hasEnded = false
  private var owesDrained = false
  private var isEnqueued = false
  /// The first bytes the peer sent, to tell what it speaks if it is not TLS; given up when the handshake is done.
  private var firstBytes: [UInt8] = []
  /// What the check of the peer's certificates found wrong.
  private var distrusts: [CertificateDistrust] = []
  /// Plaintext that waits for the handshake or for the stream below to drain.
  private var queue: ByteBuffer?
  /// What the peer did while nobody would hear it.
  private var held: Held?

  private enum Phase {
    case new
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
  /// A record's plaintext at the most (RFC 8446, section 5.1).
  private static let recordSize = 16 << 10

  /// TLS over `lower`, which is started by `start()` unless it is open already, as behind a proxy.
  /// - Parameter serverName: a client's name or address for the server, as the user wrote it: it is asked for (SNI) and
  ///   must stand in the certificate. nil: neither.
  public init(
    over lower: any ByteStream, context: TLSContext, loop: Loop, serverName: String? = nil, isLowerOpen: Bool = false
  ) {
    self.lower = lower
    self.context = context
    self.loop = loop
    // A root's dot and an interface's name are for the resolver, not for certificates.
    self.serverName = serverName.map { name in
      let address = name.prefix { $0 != "%" }
      return String(address.hasSuffix(".") ? address.dropLast() : address)
    }
    phase = isLowerOpen ? .connecting : .new
  }

  deinit { SSL_free(ssl) }

  public var peerAddress: String { lower.peerAddress }

  /// What the handshake agreed on; nil while it is not done, and after the stream was closed.
  public var facts: TLSFacts? {
    guard let ssl, phase == .open else { return nil }
    return TLSFacts(ssl, verification: verification)
  }

  private var verification: String {
    if context.role == .server && context.configuration.clientCAFile == nil { return "no certificate asked for" }
    guard distrusts.isEmpty else {
      return "not trusted: " + distrusts.map { $0.sentence(about: context.role.peer) }.joined(separator: "; ")
    }
    return context.role == .client && serverName == nil ? "trusted, whatever its name" : "trusted"
  }

  // MARK: The handshake

  public func start() {
    lower.handler = self
    switch phase {
    case .new:
      phase = .connecting
      lower.start()
    case .connecting where ssl == nil:
      streamOpened(lower)
    default: return
    }
  }

  public func streamOpened(_ lower: any ByteStream) {
    guard phase == .connecting else { return }
    phase = .shakingHands
    guard prepare() else { return failLater(.tls(.library(reason: OpenSSLErrors().words))) }
    take(UnsafeRawBufferPointer(start: nil, count: 0))
  }

  private func prepare() -> Bool {
    ERR_clear_error()
    guard let ssl = SSL_new(context.pointer), let bio = TLSScratch.makeBIO() else { return false }
    self.ssl = ssl
    SSL_set_bio(ssl, bio, bio)
    SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque())
    guard context.role == .client else {
      SSL_set_accept_state(ssl)
      return true
    }
    SSL_set_connect_state(ssl)
    guard let serverName, !serverName.isEmpty else { return true }
    // An address stands in a certificate as an address, and is never asked for by SNI (RFC 6066, section 3).
    if X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), serverName) == 1 { return true }
    SSL_set_hostflags(ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
    return wscope_tls_set_server_name(ssl, serverName) == 1 && SSL_set1_host(ssl, serverName) == 1
  }

  /// Whether to go on although the check of the peer's certificates has just found something wrong.
  func accepts(_ store: OpaquePointer) -> Bool {
    let distrust = CertificateDistrust(store, host: serverName ?? "")
    if !distrusts.contains(distrust), distrusts.count < 8 { distrusts.append(distrust) }
    return context.role == .client && !context.configuration.verify
  }

  /// Goes on with the handshake; true when it is done.
  private func shakeHands(_ ssl: OpaquePointer, _ scratch: TLSScratch) -> Bool {
    if firstBytes.count < 8 { firstBytes += scratch.input.prefix(8 - firstBytes.count) }
    scratch.attach(to: ssl)
    ERR_clear_error()
    let result = SSL_do_handshake(ssl)
    let failure = result == 1 || SSL_get_error(ssl, result) == SSL_ERROR_WANT_READ ? nil : diagnose()
    flush(scratch)
    if let failure { fail(.tls(failure)) }
    return result == 1
  }

  private func diagnose() -> TLSFailure {
    let hasCertificate = context.configuration.certificateFile != nil
    let diagnosis = TLSDiagnosis(
      role: context.role, hasOwnCertificate: hasCertificate, distrust: distrusts.first, firstBytes: firstBytes)
    return diagnosis.failure(OpenSSLErrors())
  }

  private func open() {
    phase = .open
    firstBytes = []
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
    guard let ssl, phase != .closed, !hasEnded else { return }
    let scratch = context.takeScratch()
    defer { context.giveBack(scratch) }
    scratch.input = ciphertext
    if phase == .shakingHands {
      guard shakeHands(ssl, scratch) else { return }
      open()
      guard phase == .open else { return }
      if isPaused {
        lower.pauseReading()
        if !scratch.input.isEmpty { hold().ciphertext.append(scratch.input) }
        return
      }
    }
    decrypt(ssl, scratch)
  }

  /// Decrypts all of the scratch's input and delivers it in one piece; then tells what follows it.
  private func decrypt(_ ssl: OpaquePointer, _ scratch: TLSScratch) {
    // Ciphertext is longer than its plaintext, and OpenSSL holds back a part of one record at the most.
    let plaintext = scratch.plaintext(max(scratch.input.count + 2 * Self.recordSize, StreamLimits.receiveSize))
    scratch.attach(to: ssl)
    ERR_clear_error()
    var count = 0
    var result: Int32 = 1
    while count < plaintext.count {
      var size = 0
      result = SSL_read_ex(ssl, plaintext.baseAddress.unsafelyUnwrapped + count, plaintext.count - count, &size)
      guard result == 1 else { break }
      count += size
    }
    let error = SSL_get_error(ssl, result)
    let failure = [SSL_ERROR_NONE, SSL_ERROR_WANT_READ, SSL_ERROR_ZERO_RETURN].contains(error) ? nil : diagnose()
    flush(scratch)
    if count > 0 { handler?.stream(self, received: UnsafeMutableRawBufferPointer(rebasing: plaintext[..<count])) }
    if let failure { return fail(.tls(failure)) }
    if error == SSL_ERROR_ZERO_RETURN { end() }
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
    if phase == .open { return fail(.endWithoutCloseNotify) }
    let diagnosis = TLSDiagnosis(role: context.role, hasOwnCertificate: false, distrust: nil, firstBytes: firstBytes)
    fail(.tls(diagnosis.failureOfEnd))
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
    if let ssl, phase == .open, queue == nil, lower.queuedBytes <= StreamLimits.lowWater {
      rest = head.isEmpty ? encrypt(ssl, body) : encrypt(ssl, head, body)
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
    _ ssl: OpaquePointer, _ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer
  ) -> UnsafeRawBufferPointer {
    if body.isEmpty || head.count >= Self.recordSize {
      let rest = encrypt(ssl, head)
      guard !rest.isEmpty || lower.queuedBytes > StreamLimits.lowWater else { return encrypt(ssl, body) }
      if !rest.isEmpty { enqueue(rest) }
      return body
    }
    let size = min(body.count, Self.recordSize - head.count)
    return withUnsafeTemporaryAllocation(byteCount: head.count + size, alignment: 16) { first in
      first.copyMemory(from: head)
      UnsafeMutableRawBufferPointer(rebasing: first[head.count...])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: body[..<size]))
      return encrypt(
        ssl, UnsafeRawBufferPointer(rebasing: body[size...]), after: UnsafeRawBufferPointer(first))
    }
  }

  /// Encrypts and sends `bytes`, a batch at a time, until the stream below has enough.
  /// - Returns: what is left.
  private func encrypt(
    _ ssl: OpaquePointer, _ bytes: UnsafeRawBufferPointer, after first: UnsafeRawBufferPointer? = nil
  ) -> UnsafeRawBufferPointer {
    let scratch = context.takeScratch()
    defer { context.giveBack(scratch) }
    if let first { encryptWhole(ssl, first, scratch) }
    var rest = bytes
    repeat {
      let size = min(rest.count, Self.batchSize)
      if size > 0 { encryptWhole(ssl, UnsafeRawBufferPointer(rebasing: rest[..<size]), scratch) }
      flush(scratch)
      rest = UnsafeRawBufferPointer(rebasing: rest[size...])
    } while !rest.isEmpty && lower.queuedBytes <= StreamLimits.lowWater
    return rest
  }

  private func encryptWhole(_ ssl: OpaquePointer, _ bytes: UnsafeRawBufferPointer, _ scratch: TLSScratch) {
    scratch.attach(to: ssl)
    ERR_clear_error()
    var written = 0
    // OpenSSL cuts records of 16 KiB and writes to memory, so that nothing can be left over.
    if SSL_write_ex(ssl, bytes.baseAddress, bytes.count, &written) != 1 { failLater(.tls(diagnose())) }
  }

  private func flush(_ scratch: TLSScratch) {
    guard !scratch.output.isEmpty else { return }
    lower.write(UnsafeRawBufferPointer(scratch.output.bytes))
    scratch.output.removeAll()
  }

  /// Sends close_notify, and ends the stream below when that has gone out.
  private func shutDown() {
    guard let ssl else { return }
    writing = .finished
    let scratch = context.takeScratch()
    defer { context.giveBack(scratch) }
    scratch.attach(to: ssl)
    ERR_clear_error()
    SSL_shutdown(ssl)
    flush(scratch)
    if lower.queuedBytes > 0 { owesDrained = true }
    lower.finishWriting()
  }

  public func streamDrained(_ lower: any ByteStream) { advanceWriting() }

  /// Sends what waits, as far as the stream below takes it.
  private func advanceWriting() {
    guard let ssl, phase == .open else { return }
    if let queue, lower.queuedBytes <= StreamLimits.lowWater {
      let rest = encrypt(ssl, UnsafeRawBufferPointer(queue.bytes))
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
    SSL_free(ssl)
    (ssl, queue, held) = (nil, nil, nil)
  }
}

extension TLSStream: ByteStreamHandler {}
