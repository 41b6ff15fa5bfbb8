import Bytes

/// One end of a TCP connection that is made up, and where its stream stands (RFC 9293).
struct TCPSide {
  struct Flags: OptionSet {
    var rawValue: UInt8
    static let finish = Flags(rawValue: 0x01)
    static let synchronize = Flags(rawValue: 0x02)
    static let reset = Flags(rawValue: 0x04)
    static let push = Flags(rawValue: 0x08)
    static let acknowledge = Flags(rawValue: 0x10)
  }

  let address: UInt32
  let port: UInt16
  /// Of the next byte.
  private var sequence: UInt32 = 1000
  private var identification: UInt16 = 0

  init(address: UInt32, port: UInt16) {
    self.address = address
    self.port = port
  }

  /// Counts bytes as sent that are in no packet.
  mutating func skip(_ count: UInt64) { sequence &+= UInt32(truncatingIfNeeded: count) }

  /// Appends an IPv4 packet to `other`, and counts what it holds as sent.
  mutating func write(_ payload: ArraySlice<UInt8>, _ flags: Flags, to other: TCPSide, into output: ByteBuffer) {
    let isFirst = flags.contains(.synchronize)
    // Maximum segment size 65,495 and window scale 14: nobody waits for anybody.
    let options: [UInt8] = isFirst ? [2, 4, 0xFF, 0xD7, 3, 3, 14, 0] : []
    let size = 20 + options.count + payload.count
    var segment: [UInt8] = []
    segment.reserveCapacity(size)
    segment.append(big: port)
    segment.append(big: other.port)
    segment.append(big: sequence)
    segment.append(big: flags.contains(.acknowledge) ? other.sequence : 0)
    segment += [UInt8((20 + options.count) / 4) << 4, flags.rawValue, 0xFF, 0xFF, 0, 0, 0, 0]
    segment += options
    segment += payload
    // RFC 9293, section 3.1: the checksum counts the addresses in.
    var pseudoHeader: [UInt8] = []
    pseudoHeader.append(big: address)
    pseudoHeader.append(big: other.address)
    pseudoHeader += [0, 6]
    pseudoHeader.append(big: UInt16(size))
    Self.set(Self.checksum(pseudoHeader, segment), in: &segment, at: 16)

    var header: [UInt8] = [0x45, 0]
    header.append(big: UInt16(20 + size))
    header.append(big: identification)
    header += [0x40, 0, 64, 6, 0, 0]
    header.append(big: address)
    header.append(big: other.address)
    Self.set(Self.checksum(header, []), in: &header, at: 10)
    output.append(header.span)
    output.append(segment.span)

    identification &+= 1
    sequence &+= UInt32(payload.count) &+ (isFirst || flags.contains(.finish) ? 1 : 0)
  }

  private static func set(_ value: UInt16, in bytes: inout [UInt8], at place: Int) {
    bytes[place] = UInt8(value >> 8)
    bytes[place + 1] = UInt8(truncatingIfNeeded: value)
  }

  /// RFC 1071; the first part has an even size.
  private static func checksum(_ first: [UInt8], _ second: [UInt8]) -> UInt16 {
    var sum: UInt64 = 0
    for bytes in [first, second] {
      for index in bytes.indices { sum += index % 2 == 0 ? UInt64(bytes[index]) << 8 : UInt64(bytes[index]) }
    }
    while sum > 0xFFFF { sum = sum >> 16 + sum & 0xFFFF }
    return ~UInt16(sum)
  }
}

extension [UInt8] {
  fileprivate mutating func append(big value: some FixedWidthInteger & UnsignedInteger) {
    for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}
