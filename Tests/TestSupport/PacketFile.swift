/// Writes packet captures: a TCP conversation between a client and a server, as a test wants it.
public struct PacketFile {
  public enum Format: CaseIterable, Sendable { case pcap, pcapNanoseconds, pcapng }
  public enum Link: UInt32, CaseIterable, Sendable {
    case null = 0, ethernet = 1, raw = 101, loop = 108, cooked = 113, ipv4 = 228, cooked2 = 276, vlan = 10_001
    case doubleVLAN = 10_002

    /// The number in the file.
    public var number: UInt32 { rawValue > 10_000 ? 1 : rawValue }
  }

  public var format = Format.pcap
  public var isBigEndian = false
  public var link = Link.ethernet
  public var isIPv6 = false
  /// Bytes of each packet that are kept.
  public var snapLength = Int.max
  public private(set) var bytes: [UInt8] = []
  /// Milliseconds since 2026-01-02T03:04:05Z.
  public var time = 0
  private var sequences: [UInt32] = [0xFFFF_FF00, 5000]
  public var ports: (client: UInt16, server: UInt16) = (50_000, 8080)

  public init(
    format: Format = .pcap, isBigEndian: Bool = false, link: Link = .ethernet, isIPv6: Bool = false,
    snapLength: Int = .max
  ) {
    self.format = format
    self.isBigEndian = isBigEndian
    self.link = link
    self.isIPv6 = isIPv6
    self.snapLength = snapLength
    switch format {
    case .pcap, .pcapNanoseconds:
      bytes = number(format == .pcap ? 0xA1B2_C3D4 as UInt32 : 0xA1B2_3C4D) + number(2 as UInt16) + number(4 as UInt16)
      bytes += number(0 as UInt32) + number(0 as UInt32) + number(65_535 as UInt32) + number(link.number)
    case .pcapng:
      append(
        block: 0x0A0D_0D0A,
        number(0x1A2B_3C4D as UInt32) + number(1 as UInt16) + number(0 as UInt16)
          + number(UInt64.max))
      // A block that nobody knows is passed over.
      append(block: 0xBAD, [1, 2, 3, 4])
      let resolution = number(9 as UInt16) + number(1 as UInt16) + [9, 0, 0, 0] + number(0 as UInt32)
      append(
        block: 1, number(UInt16(link.number)) + number(0 as UInt16) + number(0 as UInt32) + resolution)
    }
  }

  /// What was written since the last time, for files that are too large to hold.
  public mutating func takeBytes() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  /// Whose bytes they are.
  public enum Sender: Int, Sendable { case client, server }

  public struct Flags: OptionSet, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let fin = Flags(rawValue: 1)
    public static let syn = Flags(rawValue: 2)
    public static let reset = Flags(rawValue: 4)
    public static let ack = Flags(rawValue: 16)
  }

  /// The handshake of TCP.
  public mutating func connect() {
    segment(.client, [], flags: .syn)
    sequences[0] &+= 1
    time += 1
    segment(.server, [], flags: [.syn, .ack])
    sequences[1] &+= 1
    segment(.client, [])
  }

  /// Bytes in one segment, in order.
  public mutating func send(_ sender: Sender, _ payload: [UInt8]) {
    time += 1
    segment(sender, payload)
    sequences[sender.rawValue] &+= UInt32(payload.count)
  }

  public mutating func send(_ sender: Sender, _ text: String) { send(sender, Array(text.utf8)) }

  /// Bytes that were on the wire, but not captured.
  public mutating func lose(_ sender: Sender, _ count: Int) { sequences[sender.rawValue] &+= UInt32(count) }

  public mutating func finish(_ sender: Sender) {
    segment(sender, [], flags: [.fin, .ack])
    sequences[sender.rawValue] &+= 1
  }

  /// A segment at a distance from where its sender stands.
  public mutating func segment(_ sender: Sender, _ payload: [UInt8], at distance: Int = 0, flags: Flags = .ack) {
    let other = 1 - sender.rawValue
    let sequence = sequences[sender.rawValue] &+ UInt32(truncatingIfNeeded: distance)
    let (source, destination) = sender == .client ? (ports.client, ports.server) : (ports.server, ports.client)
    var tcp = big(source) + big(destination) + big(sequence) + big(sequences[other])
    tcp += [0x60, flags.rawValue] + big(1024 as UInt16) + [0, 0, 0, 0]
    // An option, so that the header is longer than the shortest.
    tcp += [1, 1, 1, 0]
    packet(internet(tcp + payload, sender))
  }

  /// Any IP packet.
  public mutating func packet(_ internet: [UInt8]) { record(linkHeader() + internet + padding(internet.count)) }

  public func internet(_ tcp: [UInt8], _ sender: Sender, fragment: UInt16 = 0) -> [UInt8] {
    let addresses: [UInt8] = sender == .client ? [1, 2] : [2, 1]
    guard isIPv6 else {
      var header: [UInt8] = [0x46, 0] + big(UInt16(24 + tcp.count)) + [0, 0] + big(fragment) + [64, 6, 0, 0]
      for last in addresses { header += [10, 0, 0, last] }
      return header + [1, 1, 1, 0] + tcp
    }
    // A hop-by-hop header and an atomic fragment stand before TCP.
    var header: [UInt8] = [0x60, 0, 0, 0] + big(UInt16(16 + tcp.count)) + [0, 64]
    for last in addresses { header += [0xFD] + [UInt8](repeating: 0, count: 14) + [last] }
    return header + [44, 0, 1, 4, 0, 0, 0, 0] + [6, 0] + big(fragment) + [0, 0, 0, 1] + tcp
  }

  private func linkHeader() -> [UInt8] {
    let type: UInt16 = isIPv6 ? 0x86DD : 0x0800
    switch link {
    case .null: return number(isIPv6 ? 30 as UInt32 : 2)
    case .loop: return big(isIPv6 ? 24 as UInt32 : 2)
    case .ethernet: return [UInt8](repeating: 2, count: 12) + big(type)
    case .vlan: return [UInt8](repeating: 2, count: 12) + [0x81, 0, 0, 7] + big(type)
    case .doubleVLAN: return [UInt8](repeating: 2, count: 12) + [0x88, 0xA8, 0, 7, 0x81, 0, 0, 7] + big(type)
    case .cooked: return [0, 0, 0, 1, 0, 6] + [UInt8](repeating: 0, count: 8) + big(type)
    case .cooked2: return big(type) + [UInt8](repeating: 0, count: 18)
    case .raw, .ipv4: return []
    }
  }

  /// Ethernet frames have at least 60 bytes.
  private func padding(_ size: Int) -> [UInt8] {
    link == .ethernet ? [UInt8](repeating: 0xEE, count: max(0, 46 - size)) : []
  }

  public mutating func record(_ packet: [UInt8]) {
    let kept = Array(packet.prefix(snapLength))
    let seconds = 1_767_323_045 + UInt32(time / 1000)
    let milliseconds = UInt32(time % 1000)
    switch format {
    case .pcap, .pcapNanoseconds:
      bytes += number(seconds) + number(milliseconds * (format == .pcap ? 1000 : 1_000_000))
      bytes += number(UInt32(kept.count)) + number(UInt32(packet.count)) + kept
    case .pcapng:
      let ticks = UInt64(seconds) * 1_000_000_000 + UInt64(milliseconds) * 1_000_000
      append(
        block: 6,
        number(0 as UInt32) + number(UInt32(ticks >> 32)) + number(UInt32(truncatingIfNeeded: ticks))
          + number(UInt32(kept.count)) + number(UInt32(packet.count)) + kept
          + [UInt8](repeating: 0, count: (4 - kept.count % 4) % 4))
    }
  }

  private mutating func append(block type: UInt32, _ body: [UInt8]) {
    let size = number(UInt32(body.count + 12))
    bytes += number(type) + size + body + size
  }

  private func number(_ value: some FixedWidthInteger) -> [UInt8] { isBigEndian ? big(value) : big(value).reversed() }

  private func big<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> Value(Value.bitWidth - 8 - 8 * $0)) }
  }
}
