import Bytes

/// What the connections of one loop lend each other, so that an idle one owns nothing: places to gather messages, and
/// deflate streams where no context is taken over.
///
/// Streams with context takeover belong to their connection, since what they remember is its own.
public final class ProtocolPool {
  /// Bytes kept in all; enough for a few messages of 1 MiB to be gathered without asking for memory.
  private static let keptBytesLimit = 8 << 20
  private static let keptObjectsLimit = 64

  private var assemblers: [MessageAssembler] = []
  private var keptBytes = 0
  private var inflaters: [Inflater] = []
  private var deflaters: [Deflater] = []
  private let compressed = ByteBuffer()

  /// An empty pool.
  public init() {}

  /// A place to gather a message in, until it is given back.
  func takeAssembler() -> MessageAssembler {
    guard let assembler = assemblers.popLast() else { return MessageAssembler() }
    keptBytes -= assembler.capacity
    return assembler
  }

  /// Takes an assembler back, with its memory if there is not too much of it already.
  func giveBack(_ assembler: MessageAssembler) {
    if let inflater = assembler.end(), inflater.isShared { giveBack(inflater.stream) }
    let capacity = assembler.capacity
    guard assemblers.count < ProtocolPool.keptObjectsLimit, keptBytes + capacity <= ProtocolPool.keptBytesLimit
    else { return }
    keptBytes += capacity
    assemblers.append(assembler)
  }

  /// An inflater with an empty window for one message, until it is given back.
  func takeInflater(windowBits: Int) -> Inflater {
    guard let index = inflaters.lastIndex(where: { $0.windowBits == windowBits }) else {
      return Inflater(windowBits: windowBits)
    }
    let inflater = inflaters.remove(at: index)
    inflater.reset()
    return inflater
  }

  /// Takes an inflater back.
  func giveBack(_ inflater: Inflater) {
    if inflaters.count < ProtocolPool.keptObjectsLimit { inflaters.append(inflater) }
  }

  /// A deflater with an empty window, for one message that is compressed at once.
  func deflater(windowBits: Int, level: Int) -> Deflater {
    if let deflater = deflaters.first(where: { $0.windowBits == windowBits && $0.level == level }) {
      deflater.reset()
      return deflater
    }
    let deflater = Deflater(windowBits: windowBits, level: level)
    deflaters.append(deflater)
    return deflater
  }

  /// An empty place for a message's compressed bytes on their way to the output.
  func scratch() -> ByteBuffer {
    if compressed.capacity > ProtocolPool.keptBytesLimit { compressed.release() }
    compressed.removeAll()
    return compressed
  }
}
