#ifndef WSCOPE_CZLIB_H
#define WSCOPE_CZLIB_H

// Makes next_in a pointer to const, so that Swift may pass what it only reads.
#ifndef ZLIB_CONST
#define ZLIB_CONST
#endif
#include <string.h>
#include <zlib.h>

// zlib's initialisers are macros, which Swift does not import. A negative window asks for raw deflate (RFC 1951).

static inline int czlib_deflate_init(z_streamp stream, int level, int windowBits, int memoryLevel) {
  return deflateInit2(stream, level, Z_DEFLATED, -windowBits, memoryLevel, Z_DEFAULT_STRATEGY);
}

static inline int czlib_inflate_init(z_streamp stream, int windowBits) {
  return inflateInit2(stream, -windowBits);
}

/// Whether the last error was a back reference beyond the window; zlib tells it apart by its message alone.
static inline int czlib_is_distance_error(z_streamp stream) {
  return stream->msg != NULL && strcmp(stream->msg, "invalid distance too far back") == 0;
}

#endif
