import Bytes
import CZlib

/// Inflates messages step by step (RFC 7692, section 7.2.2), so that whoever asks can stop at a limit.
@safe final class Inflater {
  /// What one step came to.
  enum Step {
    /// That many bytes were written; there may be more.
    case produced(Int)
    /// That many bytes were written, and all input is used up.
    case finished(Int)
    /// The stream is no valid deflate.
    case broken
    /// The stream refers to bytes before its window.
    case distanceBeyondWindow
  }

  /// zlib counts in 32 bits.
  private static let largestPiece = 1 << 30

  private static let tail: [UInt8] = [0, 0, 0xFF, 0xFF]

  let windowBits: Int
  /// zlib's streams must not move.
  private let stream: z_streamp
  /// Whether a block with BFINAL ended the stream, and nothing has come since.
  private(set) var isAtFinalEnd = false

  /// An inflater with an empty window of 2 to the power of `windowBits`.
  init(windowBits: Int) {
    precondition((8...15).contains(windowBits))
    self.windowBits = windowBits
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let status = unsafe czlib_inflate_init(stream, CInt(windowBits))
    precondition(status == Z_OK, "zlib has no memory for an inflater")
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Bytes of memory that it takes: zlib's state and the window.
  var memory: Int { (8 << 10) + (1 << windowBits) }

  /// Forgets every message before.
  func reset() {
    unsafe inflateReset(stream)
    isAtFinalEnd = false
  }

  /// Inflates from `input`, whose used bytes it drops, to at most `room` bytes at `target`.
  func step(_ input: inout UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer, room: Int) -> Step {
    var produced = 0
    while true {
      let size = min(input.count, Inflater.largestPiece)
      let space = min(room - produced, Inflater.largestPiece)
      if size > 0 { isAtFinalEnd = false }
      unsafe stream.pointee.next_in =
        size == 0 ? nil : input.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: Bytef.self)
      unsafe stream.pointee.avail_in = UInt32(size)
      unsafe stream.pointee.next_out = (target + produced).assumingMemoryBound(to: Bytef.self)
      unsafe stream.pointee.avail_out = UInt32(space)
      let status = unsafe inflate(stream, Z_SYNC_FLUSH)
      unsafe input = UnsafeRawBufferPointer(rebasing: input[(size - Int(stream.pointee.avail_in))...])
      produced += unsafe space - Int(stream.pointee.avail_out)
      switch status {
      case Z_STREAM_END:
        // A block with BFINAL ends zlib's stream, not the connection's: what follows starts a new one that may still
        // refer to the bytes before it (RFC 7692, section 7.2.3.4).
        unsafe inflateResetKeep(stream)
        isAtFinalEnd = unsafe input.isEmpty
        if unsafe input.isEmpty { return .finished(produced) }
        if produced == room { return .produced(produced) }
      case Z_OK, Z_BUF_ERROR:
        if unsafe stream.pointee.avail_out == 0 { return .produced(produced) }
        if unsafe input.isEmpty { return .finished(produced) }
      default:
        return unsafe czlib_is_distance_error(stream) != 0 ? .distanceBeyondWindow : .broken
      }
    }
  }

  /// Ends a message with the 00 00 FF FF that every sender leaves out (RFC 7692, sections 7.2.1 and 7.2.2).
  /// - Returns: whether the message ends as it must: between two blocks, at a byte's border.
  func finishMessage() -> Bool {
    if isAtFinalEnd { return true }
    var isEnd = false
    unsafe withUnsafeTemporaryAllocation(byteCount: 16, alignment: 1) { room in
      unsafe Inflater.tail.withUnsafeBytes { tail in
        var input = unsafe tail
        // The four bytes are the length of an empty stored block. If they become part of the message, it was cut.
        guard case .finished(0) = unsafe step(&input, to: room.baseAddress.unsafelyUnwrapped, room: room.count) else {
          return
        }
        // zlib.h, inflate(): 128 right after a block's end, plus the bits of the last byte not used.
        isEnd = unsafe stream.pointee.data_type == 128
      }
    }
    return isEnd
  }
}
