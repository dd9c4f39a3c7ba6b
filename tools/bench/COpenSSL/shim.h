#ifndef WSBENCH_COPENSSL_H
#define WSBENCH_COPENSSL_H

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

// What OpenSSL has as macros only, and a callback: Swift reads functions.

/// Allows TLS 1.3 with one cipher suite and one group. 1 when all of them are known.
static inline int bench_allow_only(SSL_CTX *context, const char *suite, const char *group) {
    return SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1
        && SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1
        && SSL_CTX_set_ciphersuites(context, suite) == 1
        && SSL_CTX_set1_groups_list(context, group) == 1;
}

/// The one protocol of ALPN (RFC 7301 section 3.1), with its length before it.
static const unsigned char bench_http1[] = "\x08http/1.1";

static inline int bench_choose_http1(SSL *session, const unsigned char **chosen,
                                     unsigned char *chosen_bytes, const unsigned char *offered,
                                     unsigned int offered_bytes, void *nothing) {
    (void)session;
    (void)nothing;
    unsigned char *found = 0;
    int result = SSL_select_next_proto(&found, chosen_bytes, bench_http1, sizeof bench_http1 - 1,
                                       offered, offered_bytes);
    *chosen = found;
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// A client asks for HTTP/1.1. 1 when it will.
static inline int bench_offer_http1(SSL_CTX *context) {
    return SSL_CTX_set_alpn_protos(context, bench_http1, sizeof bench_http1 - 1) == 0;
}

/// A server takes HTTP/1.1 and nothing else from clients that ask for something.
static inline void bench_take_http1(SSL_CTX *context) {
    SSL_CTX_set_alpn_select_cb(context, bench_choose_http1, 0);
}

#endif
