/*
 * tls: TLS over a socket that is connected already, never blocking longer than told.
 *
 * TLS 1.2 or later. The server's certificate must lead to an authority we trust (a file, or those of the
 * system) and bear the name or the address that was connected to; there is no way to do without. A
 * certificate of our own is shown when there is one. The process ignores SIGPIPE.
 *
 * Private to socket.c; the one file that knows OpenSSL. One thread at a time.
 */
#ifndef REBATO_LEDGER_LINK_TLS_H
#define REBATO_LEDGER_LINK_TLS_H

#include "ledger/link/socket.h"
#include "ledger/url.h"

struct redis_tls;

/* Shakes hands. NULL with the reason. The descriptor stays the caller's. */
struct redis_tls *redis_tls_start(int fd,
        const struct ledger_tls *settings,
        const char *host,
        int64_t timeout_ms,
        char reason[160]);
/* Says goodbye without waiting; harmless for NULL. */
void redis_tls_end(struct redis_tls **tls);

/* As redis_socket_send() and redis_socket_receive(). */
int redis_tls_send(struct redis_tls *tls, struct view *rest);
enum redis_socket_news redis_tls_receive(
        struct redis_tls *tls, char *at, size_t room, size_t *size);
/* The next step has to write, whatever the caller wants. */
int redis_tls_must_write(const struct redis_tls *tls);

#endif
