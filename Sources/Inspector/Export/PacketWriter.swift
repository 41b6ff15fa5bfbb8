import Bytes
import Trace
import WebSocketCore

/// Writes a pcapng file: for each connection the TCP packets that might have carried its bytes, from the SYN to the
/// FIN, at their times.
///
/// Addresses are of the blocks for documentation (RFC 5737), and the server's port is 80, where every tool looks for
/// HTTP: what was in TLS is in clear here. The first packet of a connection has a comment with its URL.
final class PacketWriter {
  private struct Link {
    let role: Role
    let peer: String
    var client: TCPSide
    var server: TCPSide
    var hasRequest = false
    var hasResponse = false
    var isConnected = false
    /// What frames of which the header is not in the file are masked with.
    var key: UInt32 = 0

    mutating func skip(_ count: UInt64, fromClient: Bool) {
      if fromClient { client.skip(count) } else { server.skip(count) }
    }
  }

  private let mask: SecretMask
  private var links: [Int: Link] = [:]
  private let blocks = PacketBlocks()
  private let packet = ByteBuffer()
  private let frameBytes = ByteBuffer()

  /// Bytes of the stream in one packet, which leaves room for the headers in 65,535.
  private static let segmentSize = 60_000
  /// A hostile file may have any number of connections that never end.
  private static let linkLimit = 1 << 16

  init(mask: SecretMask, into output: ByteBuffer) {
    self.mask = mask
    blocks.begin(output)
  }

  func append(_ event: CapturedEvent, at time: UTCTime, into output: ByteBuffer) {
    if links.count >= Self.linkLimit { links = [:] }
    if case .start(let role, let peer) = event.content {
      links[event.connection] = Self.link(event.connection, role: role, peer: peer)
      return
    }
    var link = links[event.connection] ?? Self.link(event.connection, role: .client, peer: "")
    switch event.content {
    case .trace(let trace): append(trace, &link, at: time, output)
    case .frame(let frame, _): append(frame, &link, at: time, output)
    case .end(let end):
      finish(end, &link, at: time, output)
      links[event.connection] = nil
      return
    case .failed:
      finish(nil, &link, at: time, output)
      links[event.connection] = nil
      return
    case .start, .refused, .remark: break
    }
    links[event.connection] = link
  }

  private static func link(_ number: Int, role: Role, peer: String) -> Link {
    let index = UInt32(truncatingIfNeeded: number - 1)
    // 16,384 ports of a client's choice, then the next address.
    return Link(
      role: role, peer: peer,
      client: TCPSide(address: 0xC000_0201 &+ index / 16_384 % 200, port: 49_152 + UInt16(index % 16_384)),
      server: TCPSide(address: 0xC633_6401, port: 80))
  }
}

/// What happened, as bytes of the two streams.
extension PacketWriter {
  private func append(_ event: TraceEvent, _ link: inout Link, at time: UTCTime, _ output: ByteBuffer) {
    switch event {
    case .request(let bytes):
      link.hasRequest = true
      send(head: mask.lines(ofHead: bytes), fromClient: true, &link, at: time, output)
    case .response(let head):
      link.hasResponse = true
      send(head: mask.lines(ofHead: head.bytes), fromClient: false, &link, at: time, output)
    case .sentBytes(let bytes, _):
      completeHandshake(&link, isCompressed: false, at: time, output)
      send(bytes, fromClient: link.role == .client, &link, at: time, output)
    default: break
    }
  }

  private func append(_ frame: FrameRecord, _ link: inout Link, at time: UTCTime, _ output: ByteBuffer) {
    completeHandshake(&link, isCompressed: frame.header.reservedBits == .rsv1, at: time, output)
    let isFromClient = frame.direction.sender(link.role) == .client
    var header = frame.header
    if frame.headerBytes.isEmpty {
      // The file has messages and no frames.
      link.key = link.key &* 0x0019_660D &+ 0x3C6E_F35F
      header = FrameHeader(
        opcode: header.opcode, payloadLength: UInt64(frame.payload.count), isFinal: header.isFinal,
        maskingKey: isFromClient ? MaskingKey(link.key) : nil)
    }
    frameBytes.removeAll()
    ProtocolConnection.sendFrame(header: header, payload: frame.payload.span, into: frameBytes)
    send(unsafe [UInt8](frameBytes.bytes), fromClient: isFromClient, &link, at: time, output)
    // What nobody captured leaves a gap in the stream, as if its packets were lost.
    let size = UInt64(frame.payload.count)
    if header.payloadLength > size { link.skip(header.payloadLength - size, fromClient: isFromClient) }
  }

  /// Without an opening handshake, no tool takes the bytes for frames.
  private func completeHandshake(_ link: inout Link, isCompressed: Bool, at time: UTCTime, _ output: ByteBuffer) {
    let key = "AAAAAAAAAAAAAAAAAAAAAA=="
    let shared =
      ["Upgrade: websocket", "Connection: Upgrade"]
      + (isCompressed ? ["Sec-WebSocket-Extensions: permessage-deflate"] : [])
    if !link.hasRequest {
      link.hasRequest = true
      send(
        head: ["GET / HTTP/1.1", "Host: unknown"] + shared
          + ["Sec-WebSocket-Key: \(key)", "Sec-WebSocket-Version: 13"],
        fromClient: true, &link, at: time, output)
    }
    if !link.hasResponse {
      link.hasResponse = true
      send(
        head: ["HTTP/1.1 101 Switching Protocols"] + shared + ["Sec-WebSocket-Accept: \(AcceptKey.answering(key))"],
        fromClient: false, &link, at: time, output)
    }
  }

  private func send(head: [String], fromClient: Bool, _ link: inout Link, at time: UTCTime, _ output: ByteBuffer) {
    let lines = head.prefix(1).map(SecretMask.inWords) + head.dropFirst()
    let text = lines.map { $0 + "\r\n" }.joined() + "\r\n"
    send(Array(text.utf8), fromClient: fromClient, &link, at: time, output)
  }
}

/// TCP.
extension PacketWriter {
  private func send(_ bytes: [UInt8], fromClient: Bool, _ link: inout Link, at time: UTCTime, _ output: ByteBuffer) {
    connect(&link, at: time, output)
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(Self.segmentSize)
      rest = rest.dropFirst(piece.count)
      emit(piece, [.acknowledge, .push], fromClient: fromClient, &link, at: time, output)
    }
  }

  private func connect(_ link: inout Link, at time: UTCTime, _ output: ByteBuffer) {
    guard !link.isConnected else { return }
    link.isConnected = true
    let comment = link.peer.isEmpty ? nil : mask.target(link.peer)
    emit([], .synchronize, fromClient: true, &link, at: time, output, comment: comment)
    emit([], [.synchronize, .acknowledge], fromClient: false, &link, at: time, output)
    emit([], .acknowledge, fromClient: true, &link, at: time, output)
  }

  /// - Parameter end: nil where there never was an open connection.
  private func finish(_ end: CapturedEnd?, _ link: inout Link, at time: UTCTime, _ output: ByteBuffer) {
    guard link.isConnected else { return }
    let isByPeer = ["ended-by-peer", "truncated", "reset-by-peer", "broken"].contains(end?.cause)
    let isClosed = ["closed-by-us", "closed-by-peer"].contains(end?.cause)
    // After a closing handshake the server ends first (RFC 6455, section 7.1.1), else whoever did.
    let isByClient = !isClosed && isByPeer == (link.role == .server)
    if end?.cause == "reset-by-peer" || end?.cause == "broken" {
      return emit([], [.reset, .acknowledge], fromClient: isByClient, &link, at: time, output)
    }
    emit([], [.finish, .acknowledge], fromClient: isByClient, &link, at: time, output)
    emit([], [.finish, .acknowledge], fromClient: !isByClient, &link, at: time, output)
    emit([], .acknowledge, fromClient: isByClient, &link, at: time, output)
  }

  private func emit(
    _ payload: ArraySlice<UInt8>, _ flags: TCPSide.Flags, fromClient: Bool, _ link: inout Link, at time: UTCTime,
    _ output: ByteBuffer, comment: String? = nil
  ) {
    let packet = packet
    packet.removeAll()
    if fromClient {
      link.client.write(payload, flags, to: link.server, into: packet)
    } else {
      link.server.write(payload, flags, to: link.client, into: packet)
    }
    blocks.append(
      packet.span, at: time, isInbound: fromClient == (link.role == .server), comment: comment, to: output)
  }
}
