import Bytes
import COpenSSL

/// The buffers a TLS stream works in while it works: streams share them, so that an idle one owns none.
///
/// OpenSSL reads and writes through a BIO of our own, which takes ciphertext from where it lies and fills `output`.
final class TLSScratch {
  /// Ciphertext that OpenSSL has not taken yet.
  var input = UnsafeRawBufferPointer(start: nil, count: 0)
  /// Ciphertext to be sent.
  let output = ByteBuffer()
  private var plaintext = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  deinit { plaintext.deallocate() }

  /// Room for at least `size` bytes of plaintext.
  func plaintext(_ size: Int) -> UnsafeMutableRawBufferPointer {
    if plaintext.count < size {
      plaintext.deallocate()
      plaintext = .allocate(byteCount: size, alignment: 16)
    }
    return plaintext
  }

  /// A BIO that works in the scratch that `attach(to:)` names.
  static func makeBIO() -> OpaquePointer? { BIO_new(method) }

  /// Makes the BIO of `ssl` work in this scratch until the next one is attached.
  func attach(to ssl: OpaquePointer) {
    BIO_set_data(SSL_get_rbio(ssl), Unmanaged.passUnretained(self).toOpaque())
  }

  /// Made at the first TLS stream and never changed after.
  nonisolated(unsafe) private static let method: OpaquePointer? = {
    let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "stream")
    BIO_meth_set_create(method) { bio in
      BIO_set_init(bio, 1)
      return 1
    }
    BIO_meth_set_read_ex(method) { bio, target, size, taken in
      BIO_clear_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY)
      let scratch = Unmanaged<TLSScratch>.fromOpaque(BIO_get_data(bio)).takeUnretainedValue()
      guard let target, let source = scratch.input.baseAddress, !scratch.input.isEmpty else {
        BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY)
        return -1
      }
      let count = min(size, scratch.input.count)
      UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: count)
      scratch.input = UnsafeRawBufferPointer(rebasing: scratch.input.dropFirst(count))
      taken?.pointee = count
      return 1
    }
    BIO_meth_set_write_ex(method) { bio, source, size, written in
      let scratch = Unmanaged<TLSScratch>.fromOpaque(BIO_get_data(bio)).takeUnretainedValue()
      scratch.output.append(UnsafeRawBufferPointer(start: source, count: size))
      written?.pointee = size
      return 1
    }
    BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
    return method
  }()
}
