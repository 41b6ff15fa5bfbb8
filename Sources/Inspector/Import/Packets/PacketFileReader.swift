import Bytes
import Trace

/// A packet in a file.
struct CapturedPacket {
  /// When it was seen; nil where the file does not say.
  var time: UTCTime?
  /// What it begins with: a number of tcpdump.org's list.
  var linkType: UInt32
  /// Where its bytes begin in the file.
  var offset: UInt64
}

/// Takes the packets out of a pcap or pcapng file, which comes in pieces.
///
/// Formats: draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng.
struct PacketFileReader {
  /// How the numbers of a pcap file, or of a section of a pcapng file, are to be read.
  enum Layout {
    case unknown
    case pcap(linkType: UInt32)
    case pcapng
    /// Nothing behind this place can be read.
    case damaged
  }

  /// Where a packet of a pcapng file was captured.
  private struct Interface {
    var linkType: UInt32
    var snapLength: UInt32
    var clock = PacketClock.microseconds
  }

  private var layout = Layout.unknown
  private var order = ByteOrder.little
  private var clock = PacketClock.microseconds
  private var interfaces: [Interface] = []
  private let held = ByteBuffer()
  /// Where the first byte that is held stands.
  private var offset: UInt64 = 0
  /// Bytes of a block of no interest that are still to come.
  private var skipping: UInt64 = 0

  /// More than any packet has; a greater length is a lie.
  private static let largestPacket = 16 << 20
  private static let interfaceLimit = 1 << 16

  /// Whether a file that begins with `bytes` is one of these.
  static func recognizes(_ bytes: Span<UInt8>) -> Bool {
    guard bytes.count >= 4 else { return false }
    let magic = bytes.bigEndian(at: 0, as: UInt32.self)
    return magic == sectionType || pcapMagics[magic] != nil
  }

  private static let sectionType: UInt32 = 0x0A0D_0D0A
  private static let pcapMagics: [UInt32: (ByteOrder, PacketClock)] = [
    0xA1B2_C3D4: (.big, .microseconds), 0xD4C3_B2A1: (.little, .microseconds),
    0xA1B2_3C4D: (.big, .nanoseconds), 0x4D3C_B2A1: (.little, .nanoseconds),
  ]

  /// Reads on.
  mutating func read(
    _ bytes: Span<UInt8>, packet: (CapturedPacket, Span<UInt8>) -> Void, damage: (CaptureDamage) -> Void
  ) {
    if case .damaged = layout { return }
    held.append(bytes)
    while true {
      let size = min(skipping, UInt64(held.count))
      drop(Int(size))
      skipping -= size
      guard skipping == 0, step(packet: packet, damage: damage) else { return }
    }
  }

  /// The file has ended.
  mutating func finish(damage: (CaptureDamage) -> Void) {
    if case .damaged = layout { return }
    guard !held.isEmpty || skipping > 0 else { return }
    let what = if case .unknown = layout { "its header" } else { "a packet" }
    damage(CaptureDamage(offset: offset, reason: "the file ends inside \(what)", isCut: true))
  }

  private mutating func drop(_ size: Int) {
    held.removeFirst(size)
    offset += UInt64(size)
  }

  private mutating func fail(_ reason: String, at place: Int = 0, _ damage: (CaptureDamage) -> Void) -> Bool {
    layout = .damaged
    damage(CaptureDamage(offset: offset + UInt64(place), reason: "\(reason); nothing behind it can be read"))
    held.release()
    return false
  }

  /// Takes the next record or block.
  /// - Returns: whether there may be another one.
  private mutating func step(
    packet: (CapturedPacket, Span<UInt8>) -> Void, damage: (CaptureDamage) -> Void
  ) -> Bool {
    switch layout {
    case .unknown: return begin(damage)
    case .pcap(let linkType): return record(linkType, packet, damage)
    case .pcapng: return block(packet, damage)
    case .damaged: return false
    }
  }

  private mutating func begin(_ damage: (CaptureDamage) -> Void) -> Bool {
    guard held.count >= 24 else { return false }
    let magic = held.span.bigEndian(at: 0, as: UInt32.self)
    if magic == Self.sectionType {
      layout = .pcapng
      return true
    }
    guard let (order, clock) = Self.pcapMagics[magic] else { return fail("no pcap file begins like this", damage) }
    (self.order, self.clock) = (order, clock)
    // The upper bits tell of a checksum behind each frame.
    layout = .pcap(linkType: order.integer(held.span, at: 20, as: UInt32.self) & 0xFFFF)
    drop(24)
    return true
  }

  private mutating func record(
    _ linkType: UInt32, _ packet: (CapturedPacket, Span<UInt8>) -> Void, _ damage: (CaptureDamage) -> Void
  ) -> Bool {
    guard held.count >= 16 else { return false }
    let seconds = order.integer(held.span, at: 0, as: UInt32.self)
    let fraction = order.integer(held.span, at: 4, as: UInt32.self)
    let size = Int(order.integer(held.span, at: 8, as: UInt32.self))
    guard size <= Self.largestPacket else { return fail("a packet of \(size) bytes, which none has", at: 8, damage) }
    guard held.count - 16 >= size else { return false }
    let time = clock.time(seconds: Int64(seconds), fraction: fraction)
    packet(CapturedPacket(time: time, linkType: linkType, offset: offset + 16), held.span.extracting(16..<16 + size))
    drop(16 + size)
    return true
  }
}

/// pcapng: blocks of a type, a length, and the length again.
extension PacketFileReader {
  private enum BlockType {
    static let interface: UInt32 = 1
    static let oldPacket: UInt32 = 2
    static let simplePacket: UInt32 = 3
    static let packet: UInt32 = 6
  }

  private mutating func block(
    _ packet: (CapturedPacket, Span<UInt8>) -> Void, _ damage: (CaptureDamage) -> Void
  ) -> Bool {
    guard held.count >= 12 else { return false }
    let isSection = held.span.bigEndian(at: 0, as: UInt32.self) == Self.sectionType
    if isSection {
      switch held.span.bigEndian(at: 8, as: UInt32.self) {
      case 0x1A2B_3C4D: order = .big
      case 0x4D3C_2B1A: order = .little
      default: return fail("a section whose byte order is not known", at: 8, damage)
      }
      interfaces = []
    }
    let type = order.integer(held.span, at: 0, as: UInt32.self)
    let size = order.integer(held.span, at: 4, as: UInt32.self)
    guard size >= 12, size % 4 == 0 else { return fail("a block of \(size) bytes, which none has", at: 4, damage) }
    switch type {
    case BlockType.interface, BlockType.packet, BlockType.simplePacket, BlockType.oldPacket: break
    default:
      skipping = UInt64(size)
      return true
    }
    guard size <= UInt32(Self.largestPacket) else {
      return fail("a block of \(size) bytes, which none of its kind has", at: 4, damage)
    }
    guard held.count >= Int(size) else { return false }
    if order.integer(held.span, at: Int(size) - 4, as: UInt32.self) != size {
      damage(CaptureDamage(offset: offset + UInt64(size) - 4, reason: "a block's two lengths differ"))
    }
    if let reason = take(type, Int(size), packet) { damage(CaptureDamage(offset: offset, reason: reason)) }
    drop(Int(size))
    return true
  }

  /// - Returns: what is wrong with the block.
  private mutating func take(
    _ type: UInt32, _ size: Int, _ packet: (CapturedPacket, Span<UInt8>) -> Void
  ) -> String? {
    let held = held
    let body = held.span.extracting(8..<size - 4)
    switch type {
    case BlockType.interface:
      guard body.count >= 8 else { return "an interface block that is too short" }
      guard interfaces.count < Self.interfaceLimit else { return "more interfaces than a machine has" }
      var interface = Interface(
        linkType: UInt32(order.integer(body, at: 0, as: UInt16.self)),
        snapLength: order.integer(body, at: 4, as: UInt32.self))
      interface.clock = clock(options: body.extracting(8...))
      interfaces.append(interface)
    case BlockType.packet, BlockType.oldPacket:
      guard body.count >= 20 else { return "a packet block that is too short" }
      let index =
        type == BlockType.packet
        ? Int(order.integer(body, at: 0, as: UInt32.self)) : Int(order.integer(body, at: 0, as: UInt16.self))
      guard index < interfaces.count else { return "a packet of an interface that was not described" }
      let interface = interfaces[index]
      let ticks =
        UInt64(order.integer(body, at: 4, as: UInt32.self)) << 32 | UInt64(order.integer(body, at: 8, as: UInt32.self))
      let count = Int(order.integer(body, at: 12, as: UInt32.self))
      guard count <= body.count - 20 else { return "a packet longer than its block" }
      packet(
        CapturedPacket(time: interface.clock.time(ticks: ticks), linkType: interface.linkType, offset: offset + 28),
        body.extracting(20..<20 + count))
    default:
      guard body.count >= 4, let interface = interfaces.first else {
        return "a simple packet block without an interface"
      }
      let original = order.integer(body, at: 0, as: UInt32.self)
      let kept = interface.snapLength == 0 ? original : min(original, interface.snapLength)
      let count = Int(min(kept, UInt32(body.count - 4)))
      packet(
        CapturedPacket(time: nil, linkType: interface.linkType, offset: offset + 12), body.extracting(4..<4 + count))
    }
    return nil
  }

  /// Looks for the resolution of times, and what is to be added to them.
  private func clock(options: Span<UInt8>) -> PacketClock {
    var clock = PacketClock.microseconds
    var index = 0
    while options.count - index >= 4 {
      let code = order.integer(options, at: index, as: UInt16.self)
      let size = Int(order.integer(options, at: index + 2, as: UInt16.self))
      index += 4
      guard code != 0, size <= options.count - index else { break }
      if code == 9, size == 1 { clock.setResolution(options[index]) }
      if code == 14, size == 8 {
        clock.offset = Int64(bitPattern: order.integer(options, at: index, as: UInt64.self))
      }
      index += (size + 3) / 4 * 4
    }
    return clock
  }
}
