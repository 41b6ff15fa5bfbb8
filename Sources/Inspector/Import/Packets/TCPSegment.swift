import Bytes

/// One end of a TCP connection.
struct TCPEndpoint: Hashable, Comparable {
  /// The address: of IPv4 the lower 32 bits of `low`.
  var high: UInt64
  var low: UInt64
  var isIPv6: Bool
  var port: UInt16

  static func < (one: TCPEndpoint, other: TCPEndpoint) -> Bool {
    (one.high, one.low, one.port) < (other.high, other.low, other.port)
  }

  /// `127.0.0.1:9001`, `[::1]:9001`.
  var description: String {
    guard isIPv6 else {
      let parts = [24, 16, 8, 0].map { String(low >> $0 & 0xFF) }
      return "\(parts.joined(separator: ".")):\(port)"
    }
    let groups = [high, low].flatMap { half in [48, 32, 16, 0].map { UInt16(truncatingIfNeeded: half >> $0) } }
    return "[\(Self.text(groups))]:\(port)"
  }

  /// RFC 5952: the longest row of zeros, of two or more, is left out.
  private static func text(_ groups: [UInt16]) -> String {
    var longest = 0..<0
    var start = 0
    while start < groups.count {
      let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
      if end - start > max(1, longest.count) { longest = start..<end }
      start = max(end, start) + 1
    }
    func text(_ groups: ArraySlice<UInt16>) -> String { groups.map { String($0, radix: 16) }.joined(separator: ":") }
    if longest.isEmpty { return text(groups[...]) }
    return "\(text(groups[..<longest.lowerBound]))::\(text(groups[longest.upperBound...]))"
  }
}

/// What a packet says of TCP (RFC 9293, section 3.1).
struct TCPSegment {
  /// Why a packet is none.
  enum Problem: Hashable {
    case linkType(UInt32)
    case fragment
    /// It ends before its headers do, or they contradict each other.
    case malformed
    /// Something else than TCP over IP.
    case otherProtocol
  }

  var source: TCPEndpoint
  var destination: TCPEndpoint
  var sequence: UInt32
  var acknowledged: UInt32?
  var isSyn: Bool
  var isFin: Bool
  var isReset: Bool
  /// Where in the packet its payload lies, as far as it was captured.
  var payload: Range<Int>
  /// Bytes of payload that were on the wire.
  var payloadSize: Int

  /// Reads a packet.
  static func read(_ packet: Span<UInt8>, linkType: UInt32) -> Result<TCPSegment, Failure> {
    do throws(Failure) {
      var reader = PacketReader(end: packet.count)
      try reader.skipLink(packet, type: linkType)
      let addresses = try reader.readInternet(packet)
      return .success(try reader.readTCP(packet, addresses))
    } catch {
      return .failure(error)
    }
  }

  /// A problem, thrown.
  struct Failure: Error {
    var problem: Problem
  }
}

/// Where in a packet reading stands.
private struct PacketReader {
  typealias Failure = TCPSegment.Failure

  /// Behind the last byte that belongs to the packet, as far as it was captured.
  var end: Int
  var index = 0
  /// Bytes of the packet that were on the wire and not captured.
  var missing = 0

  private func need(_ count: Int) throws(Failure) {
    guard count <= end - index else { throw Failure(problem: .malformed) }
  }

  /// Goes to the IP header.
  mutating func skipLink(_ packet: Span<UInt8>, type: UInt32) throws(Failure) {
    switch type {
    case 0, 108:
      // BSD loopback: an address family in the order of whoever captured it. The IP version says the same.
      index = 4
    case 1:
      index = 12
      try skipEtherType(packet)
    case 12, 14, 101, 228, 229: break
    case 113:
      index = 14
      try skipEtherType(packet)
    case 276:
      // Linux cooked v2 has the protocol first.
      guard packet.count >= 20 else { throw Failure(problem: .malformed) }
      let type = packet.bigEndian(at: 0, as: UInt16.self)
      index = 20
      if Self.isTag(type) {
        index += 2
        try skipEtherType(packet)
      } else if !Self.isInternet(type) {
        throw Failure(problem: .otherProtocol)
      }
    default: throw Failure(problem: .linkType(type))
    }
  }

  private static func isTag(_ type: UInt16) -> Bool { type == 0x8100 || type == 0x88A8 || type == 0x9100 }

  private static func isInternet(_ type: UInt16) -> Bool { type == 0x0800 || type == 0x86DD }

  /// Goes behind an EtherType and the VLAN tags that may stand there (IEEE 802.1Q).
  private mutating func skipEtherType(_ packet: Span<UInt8>) throws(Failure) {
    while true {
      try need(2)
      let type = packet.bigEndian(at: index, as: UInt16.self)
      index += 2
      if Self.isInternet(type) { return }
      guard Self.isTag(type) else { throw Failure(problem: .otherProtocol) }
      index += 2
    }
  }

  /// Goes to the TCP header.
  mutating func readInternet(_ packet: Span<UInt8>) throws(Failure) -> (source: TCPEndpoint, destination: TCPEndpoint) {
    try need(1)
    switch packet[index] >> 4 {
    case 4: return try readIPv4(packet)
    case 6: return try readIPv6(packet)
    default: throw Failure(problem: .otherProtocol)
    }
  }

  /// The packet is as long as its header says, not as long as the link made it.
  private mutating func cut(to size: Int) {
    let captured = end - index
    missing = max(0, size - captured)
    end = index + min(size, captured)
  }

  /// RFC 791, section 3.1.
  private mutating func readIPv4(
    _ packet: Span<UInt8>
  ) throws(Failure) -> (source: TCPEndpoint, destination: TCPEndpoint) {
    try need(20)
    let headerSize = Int(packet[index] & 0x0F) * 4
    let total = Int(packet.bigEndian(at: index + 2, as: UInt16.self))
    let fragment = packet.bigEndian(at: index + 6, as: UInt16.self) & 0x3FFF
    guard headerSize >= 20, total == 0 || total >= headerSize else { throw Failure(problem: .malformed) }
    // Segmentation by the network card leaves 0.
    if total > 0 { cut(to: total) }
    guard packet[index + 9] == 6 else { throw Failure(problem: .otherProtocol) }
    if fragment != 0 { throw Failure(problem: .fragment) }
    let source = UInt64(packet.bigEndian(at: index + 12, as: UInt32.self))
    let destination = UInt64(packet.bigEndian(at: index + 16, as: UInt32.self))
    try need(headerSize)
    index += headerSize
    return (
      TCPEndpoint(high: 0, low: source, isIPv6: false, port: 0),
      TCPEndpoint(high: 0, low: destination, isIPv6: false, port: 0)
    )
  }

  /// RFC 8200, sections 3 and 4.
  private mutating func readIPv6(
    _ packet: Span<UInt8>
  ) throws(Failure) -> (source: TCPEndpoint, destination: TCPEndpoint) {
    try need(40)
    let size = Int(packet.bigEndian(at: index + 4, as: UInt16.self))
    if size > 0 { cut(to: 40 + size) }
    var next = packet[index + 6]
    func endpoint(_ place: Int) -> TCPEndpoint {
      TCPEndpoint(
        high: packet.bigEndian(at: place, as: UInt64.self), low: packet.bigEndian(at: place + 8, as: UInt64.self),
        isIPv6: true, port: 0)
    }
    let (source, destination) = (endpoint(index + 8), endpoint(index + 24))
    index += 40
    while true {
      switch next {
      case 6: return (source, destination)
      case 0, 43, 51, 60, 135, 139, 140:
        try need(8)
        let units = Int(packet[index + 1])
        let size = next == 51 ? (units + 2) * 4 : (units + 1) * 8
        next = packet[index]
        try need(size)
        index += size
      case 44:
        try need(8)
        // An atomic fragment is a whole packet (RFC 6946).
        if packet.bigEndian(at: index + 2, as: UInt16.self) & 0xFFF9 != 0 { throw Failure(problem: .fragment) }
        next = packet[index]
        index += 8
      default: throw Failure(problem: .otherProtocol)
      }
    }
  }

  func readTCP(
    _ packet: Span<UInt8>, _ addresses: (source: TCPEndpoint, destination: TCPEndpoint)
  ) throws(Failure) -> TCPSegment {
    try need(20)
    var (source, destination) = addresses
    source.port = packet.bigEndian(at: index, as: UInt16.self)
    destination.port = packet.bigEndian(at: index + 2, as: UInt16.self)
    let headerSize = Int(packet[index + 12] >> 4) * 4
    let flags = packet[index + 13]
    guard headerSize >= 20, headerSize <= end - index + missing else { throw Failure(problem: .malformed) }
    let start = min(end, index + headerSize)
    return TCPSegment(
      source: source, destination: destination, sequence: packet.bigEndian(at: index + 4, as: UInt32.self),
      acknowledged: flags & 0x10 != 0 ? packet.bigEndian(at: index + 8, as: UInt32.self) : nil,
      isSyn: flags & 0x02 != 0, isFin: flags & 0x01 != 0, isReset: flags & 0x04 != 0, payload: start..<end,
      payloadSize: end - index + missing - headerSize)
  }
}
