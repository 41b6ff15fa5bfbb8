import Bytes
import CZlib

/// Compresses messages (RFC 7692, section 7.2.1) with a window that lasts until `reset()`.
@safe final class Deflater {
  /// The window is 2 to this power. zlib refuses to make raw deflate with 8.
  static let windowBits = 9...15
  /// zlib counts in 32 bits; larger messages are given to it in pieces.
  private static let largestPiece = 1 << 30
  /// Room asked for at a time; never so little that zlib repeats its flush marker (zlib.h, deflate()).
  private static let step = 64 << 10

  let windowBits: Int
  let level: Int
  /// zlib's streams must not move.
  private let stream: z_streamp

  /// A compressor with an empty window.
  init(windowBits: Int, level: Int) {
    precondition(Deflater.windowBits.contains(windowBits) && (-1...9).contains(level))
    self.windowBits = windowBits
    self.level = level
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let status = unsafe czlib_deflate_init(stream, CInt(level), CInt(windowBits), 8)
    precondition(status == Z_OK, "zlib has no memory for a compressor")
  }

  deinit {
    unsafe deflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Forgets every message before.
  func reset() { unsafe deflateReset(stream) }

  /// Appends `message`, compressed, to `output`, without the 00 00 FF FF at its end.
  func compress(_ message: UnsafeRawBufferPointer, into output: ByteBuffer) {
    let start = output.count
    var at = 0
    repeat {
      let size = min(message.count - at, Deflater.largestPiece)
      unsafe stream.pointee.next_in =
        size == 0 ? nil : (message.baseAddress.unsafelyUnwrapped + at).assumingMemoryBound(to: Bytef.self)
      unsafe stream.pointee.avail_in = UInt32(size)
      at += size
      let flush = at == message.count ? Z_SYNC_FLUSH : Z_NO_FLUSH
      repeat {
        let room = min(max(size, 1024), Deflater.step)
        let target = unsafe output.reserve(room)
        unsafe stream.pointee.next_out = target.assumingMemoryBound(to: Bytef.self)
        unsafe stream.pointee.avail_out = UInt32(room)
        unsafe deflate(stream, flush)
        unsafe output.commit(room - Int(stream.pointee.avail_out))
      } while unsafe stream.pointee.avail_out == 0
    } while at < message.count
    unsafe stream.pointee.next_in = nil
    if output.count - start >= 4 { output.removeLast(4) }
    // An empty message right after another makes zlib write nothing at all; the header of an empty stored block is its
    // shortest form (RFC 7692, section 7.2.3.6).
    if output.count == start { output.append(0) }
  }
}
