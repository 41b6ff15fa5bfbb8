// OpenSSL's own headers, and functions in place of the macros that Swift cannot import.
#pragma once

#ifdef __linux__
// OpenSSL includes pthread.h. Its types are Glibc's, also for files that import this module and not that one.
#pragma clang module import SwiftGlibc
#endif

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/err.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stddef.h>

// The low-level calls, because EVP and SHA1() first load and fetch a provider: that costs start-up time.
static inline void wscope_sha1(const void *bytes, size_t size, unsigned char digest[SHA_DIGEST_LENGTH]) {
  SHA_CTX context;
  SHA1_Init(&context);
  SHA1_Update(&context, bytes, size);
  SHA1_Final(digest, &context);
}

// At least TLS 1.2, at most `maximum` (0: what OpenSSL knows), nobody starts a second
// handshake, no buffer is kept between records, and our chain is what its file holds, not more.
static inline int wscope_tls_set_defaults(SSL_CTX *context, int maximum) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) && SSL_CTX_set_max_proto_version(context, maximum);
}

// The name the client asks for in the clear (SNI).
static inline int wscope_tls_set_server_name(SSL *ssl, const char *name) {
  return (int)SSL_set_tlsext_host_name(ssl, name);
}

// The name of the group the keys were agreed in, or null.
static inline const char *wscope_tls_group(SSL *ssl) {
  int group = (int)SSL_get_negotiated_group(ssl);
  return group == 0 ? NULL : SSL_group_to_name(ssl, group);
}
