// OpenSSL's own headers, and functions in place of the macros that Swift cannot import.
#pragma once

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <stddef.h>

// The low-level calls, because EVP and SHA1() first load and fetch a provider: that costs start-up time.
static inline void wscope_sha1(const void *bytes, size_t size, unsigned char digest[SHA_DIGEST_LENGTH]) {
  SHA_CTX context;
  SHA1_Init(&context);
  SHA1_Update(&context, bytes, size);
  SHA1_Final(digest, &context);
}
