import Trace
import WebSocketCore

/// Reads the WebSocket connections in a packet capture, pcap or pcapng.
final class PacketCaptureReader: CaptureSource {
  /// The two ends, in an order of their own.
  private struct Ends: Hashable {
    var first: TCPEndpoint
    var second: TCPEndpoint
  }

  private var file = PacketFileReader()
  private let journal: CaptureJournal
  private var conversations: [Ends: TCPConversation] = [:]
  /// TCP connections that were none of WebSocket, and those among them that were encrypted.
  private var otherCount = 0
  private var encryptedCount = 0
  private var packetCount = 0
  /// Each is said once.
  private var problems: Set<TCPSegment.Problem> = []
  private var budget = MemoryBudget<Ends>()
  private var hasLetGo = false

  init(start: ContinuousClock.Instant) { journal = CaptureJournal(start: start) }

  func read(_ bytes: Span<UInt8>, _ handle: (CaptureItem) -> Void) {
    var file = file
    file.read(
      bytes,
      packet: { packet, bytes in
        take(packet, bytes)
        journal.flush(handle)
      }, damage: { handle(.damage($0)) })
    self.file = file
  }

  func finish(_ handle: (CaptureItem) -> Void) {
    file.finish { handle(.damage($0)) }
    for conversation in conversations.values.sorted(by: { $0.order < $1.order }) {
      conversation.finish(journal)
      count(conversation)
      journal.flush(handle)
    }
    conversations = [:]
  }

  /// What there is to say where no WebSocket connection was found.
  var findings: String {
    if packetCount == 0 { return "no packet in it" }
    let connections = "\(otherCount) TCP connection\(otherCount == 1 ? "" : "s")"
    if encryptedCount > 0 {
      return "no WebSocket connection in clear among \(connections), of which \(encryptedCount) "
        + "\(encryptedCount == 1 ? "is" : "are") encrypted by TLS"
    }
    return otherCount == 0
      ? "no TCP among \(packetCount) packet\(packetCount == 1 ? "" : "s")"
      : "no WebSocket connection among \(connections)"
  }

  private func count(_ conversation: TCPConversation) {
    guard !conversation.isWebSocket else { return }
    otherCount += 1
    if conversation.isTLS { encryptedCount += 1 }
  }

  private func take(_ packet: CapturedPacket, _ bytes: Span<UInt8>) {
    packetCount += 1
    switch TCPSegment.read(bytes, linkType: packet.linkType) {
    case .failure(let failure): report(failure.problem, at: packet.offset)
    case .success(let segment):
      journal.advance(to: packet.time)
      take(segment, bytes.extracting(segment.payload), at: packet.offset)
    }
  }

  private func take(_ segment: TCPSegment, _ payload: Span<UInt8>, at offset: UInt64) {
    let isForward = segment.source < segment.destination
    let ends =
      isForward
      ? Ends(first: segment.source, second: segment.destination)
      : Ends(first: segment.destination, second: segment.source)
    let side: TCPConversation.Side = isForward ? .first : .second
    var conversation = conversations[ends]
    if let known = conversation, known.isFollowed(by: segment, from: side) {
      known.finish(journal)
      forget(ends, known)
      conversation = nil
    }
    if conversation == nil {
      // What ends a connection that nobody saw begins none.
      if segment.payloadSize == 0, !segment.isSyn { return }
      conversation = TCPConversation(ends.first, ends.second, order: packetCount)
      conversations[ends] = conversation
    }
    guard let conversation else { return }
    conversation.receive(segment, payload: payload, from: side, journal)
    if conversation.isOver {
      forget(ends, conversation)
    } else if budget.note(ends, holds: conversation.heldBytes) {
      makeRoom(at: offset)
    }
  }

  private func forget(_ ends: Ends, _ conversation: TCPConversation) {
    budget.forget(ends)
    count(conversation)
    conversations[ends] = nil
  }

  /// Lets go of the connections that were silent longest.
  private func makeRoom(at offset: UInt64) {
    for ends in budget.eldest {
      guard let conversation = conversations[ends] else { continue }
      conversation.finish(journal)
      forget(ends, conversation)
    }
    guard !hasLetGo else { return }
    hasLetGo = true
    journal.emit(
      CaptureDamage(
        offset: offset,
        reason: "more is under way than can be held: of connections that were silent long, what comes later is taken "
          + "for new ones"))
  }

  private func report(_ problem: TCPSegment.Problem, at offset: UInt64) {
    let reason: String
    switch problem {
    case .otherProtocol: return
    case .linkType(let type):
      reason = "packets of link type \(type) are not understood, and passed over"
    case .fragment: reason = "fragments of IP packets are passed over: what they carry is missing"
    case .malformed: reason = "packets whose headers are cut or contradict each other are passed over"
    }
    guard problems.count < 16, problems.insert(problem).inserted else { return }
    journal.emit(CaptureDamage(offset: offset, reason: reason))
  }
}
