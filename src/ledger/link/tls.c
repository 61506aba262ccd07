#include "ledger/link/tls.h"

#include "core/process/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

struct redis_tls {
    SSL_CTX *context;
    SSL *ssl;
    int must_write;
};

/* "what: OpenSSL's reason"; always 0. */
static int
refuse(char reason[160], const char *what)
{
    unsigned long error = ERR_get_error();
    const char *why = error == 0 ? "" : ERR_reason_error_string(error);

    snprintf(reason, 160, "TLS: %.100s%s%.45s", what, error == 0 ? "" : ": ",
            why == NULL ? "unknown" : why);
    ERR_clear_error();
    return 0;
}

/* Whom to trust, and who we are. */
static int
set_files(SSL_CTX *context, const struct ledger_tls *settings, char reason[160])
{
    char what[100];

    int trusted = settings->ca[0] != '\0'
                          ? SSL_CTX_load_verify_locations(context, settings->ca, NULL)
                          : SSL_CTX_set_default_verify_paths(context);
    if (trusted != 1) {
        snprintf(what, sizeof what, "cannot read authorities from ca=%.60s", settings->ca);
        return refuse(reason, what);
    }
    if (settings->cert[0] == '\0') {
        return 1;
    }
    if (SSL_CTX_use_certificate_chain_file(context, settings->cert) != 1) {
        snprintf(what, sizeof what, "cannot read cert=%.60s", settings->cert);
        return refuse(reason, what);
    }
    if (SSL_CTX_use_PrivateKey_file(context, settings->key, SSL_FILETYPE_PEM) != 1 ||
            SSL_CTX_check_private_key(context) != 1) {
        snprintf(what, sizeof what, "key=%.60s cannot be read or is not of cert=", settings->key);
        return refuse(reason, what);
    }
    return 1;
}

static int
is_address(const char *host)
{
    struct in6_addr any;
    return inet_pton(AF_INET, host, &any) == 1 || inet_pton(AF_INET6, host, &any) == 1;
}

/* The name that the certificate must bear, said to the server too when it is no address. */
static int
set_host(SSL *ssl, const char *host)
{
    if (is_address(host)) {
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host);
    }
    /* The macro SSL_set_tlsext_host_name() casts const away. */
    char name[LEDGER_HOST_SIZE];
    return view_copy(view_of(host), name, sizeof name) &&
           SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name) == 1 &&
           SSL_set1_host(ssl, host) == 1;
}

static int
set_up(struct redis_tls *tls,
        int fd,
        const struct ledger_tls *settings,
        const char *host,
        char reason[160])
{
    tls->context = SSL_CTX_new(TLS_client_method());
    if (tls->context == NULL || SSL_CTX_set_min_proto_version(tls->context, TLS1_2_VERSION) != 1) {
        return refuse(reason, "cannot begin");
    }
    SSL_CTX_set_verify(tls->context, SSL_VERIFY_PEER, NULL);
    /* What is sent later may lie elsewhere by then: the buffer it is in grows. */
    SSL_CTX_set_mode(
            tls->context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (!set_files(tls->context, settings, reason)) {
        return 0;
    }
    tls->ssl = SSL_new(tls->context);
    if (tls->ssl == NULL || SSL_set_fd(tls->ssl, fd) != 1 || !set_host(tls->ssl, host)) {
        return refuse(reason, "cannot begin");
    }
    return 1;
}

/* Why a handshake ended; the certificate's fault says more than OpenSSL's. */
static int
refuse_handshake(SSL *ssl, const char *host, char reason[160])
{
    char what[100];
    long verdict = SSL_get_verify_result(ssl);

    if (verdict == X509_V_OK) {
        return refuse(reason, "the server does not shake hands");
    }
    ERR_clear_error();
    snprintf(what, sizeof what, "certificate of %.30s: %.48s", host,
            X509_verify_cert_error_string(verdict));
    return refuse(reason, what);
}

static int
shake_hands(SSL *ssl, int fd, const char *host, int64_t timeout_ms, char reason[160])
{
    int64_t deadline = clock_monotonic_ms() + timeout_ms;

    for (;;) {
        ERR_clear_error();
        int done = SSL_connect(ssl);
        int error = SSL_get_error(ssl, done);
        if (done == 1) {
            return 1;
        }
        if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
            return refuse_handshake(ssl, host, reason);
        }
        int64_t left = deadline - clock_monotonic_ms();
        if (left <= 0) {
            return refuse(reason, "no handshake in time; does the server speak TLS on this port?");
        }
        struct pollfd entry = { .fd = fd, .events = POLLIN };
        entry.events = error == SSL_ERROR_WANT_WRITE ? POLLOUT : POLLIN;
        (void)poll(&entry, 1, left > 60000 ? 60000 : (int)left);
    }
}

struct redis_tls *
redis_tls_start(int fd,
        const struct ledger_tls *settings,
        const char *host,
        int64_t timeout_ms,
        char reason[160])
{
    struct redis_tls *tls = calloc(1, sizeof *tls);

    if (tls == NULL) {
        (void)refuse(reason, "not enough memory");
        return NULL;
    }
    if (!set_up(tls, fd, settings, host, reason) ||
            !shake_hands(tls->ssl, fd, host, timeout_ms, reason)) {
        redis_tls_end(&tls);
    }
    return tls;
}

void
redis_tls_end(struct redis_tls **tls)
{
    if (*tls == NULL) {
        return;
    }
    if ((*tls)->ssl != NULL && SSL_is_init_finished((*tls)->ssl)) {
        (void)SSL_shutdown((*tls)->ssl);
    }
    ERR_clear_error();
    SSL_free((*tls)->ssl);
    SSL_CTX_free((*tls)->context);
    free(*tls);
    *tls = NULL;
}

/* A certificate that was revoked, a record that was forged: a broken connection like any other. */
static void
set_errno(int error)
{
    errno = error == SSL_ERROR_SYSCALL && errno != 0 ? errno : EPROTO;
    ERR_clear_error();
}

int
redis_tls_send(struct redis_tls *tls, struct view *rest)
{
    tls->must_write = 0;
    while (rest->size > 0) {
        size_t count = 0;
        ERR_clear_error();
        int done = SSL_write_ex(tls->ssl, rest->at, rest->size, &count);
        int error = SSL_get_error(tls->ssl, done);
        if (done == 1) {
            *rest = view_slice(*rest, count, rest->size);
        } else if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
            return 1;
        } else {
            set_errno(error);
            return 0;
        }
    }
    return 1;
}

enum redis_socket_news
redis_tls_receive(struct redis_tls *tls, char *at, size_t room, size_t *size)
{
    ERR_clear_error();
    int done = SSL_read_ex(tls->ssl, at, room, size);
    int error = SSL_get_error(tls->ssl, done);

    tls->must_write = done != 1 && error == SSL_ERROR_WANT_WRITE;
    if (done == 1) {
        return REDIS_SOCKET_BYTES;
    }
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
        return REDIS_SOCKET_NOTHING;
    }
    if (error == SSL_ERROR_ZERO_RETURN) {
        return REDIS_SOCKET_END;
    }
    set_errno(error);
    return REDIS_SOCKET_ERROR;
}

int
redis_tls_must_write(const struct redis_tls *tls)
{
    return tls->must_write;
}
