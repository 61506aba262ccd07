/*
 * socket: the few system calls a link needs, none of which blocks longer than it is told.
 *
 * Private to the Redis ledger. A descriptor is closed on exec and never raises SIGPIPE.
 */
#ifndef REBATO_LEDGER_LINK_SOCKET_H
#define REBATO_LEDGER_LINK_SOCKET_H

#include "core/view.h"
#include "ledger/url.h"

struct redis_tls;

struct redis_socket {
    int fd;                /* -1: closed */
    struct redis_tls *tls; /* NULL: in the open */
};

/* Connects; 0 with the reason. `server` is a host and port, or a path; how to reach it is in `address`. */
int redis_socket_connect(struct redis_socket *socket,
        const struct ledger_address *address,
        const struct ledger_server *server,
        int64_t timeout_ms,
        char reason[160]);
/* Harmless for a closed one. */
void redis_socket_close(struct redis_socket *socket);

/* Sends what the kernel takes and moves `rest` behind it. 0 on error, with errno. */
int redis_socket_send(struct redis_socket *socket, struct view *rest);

enum redis_socket_news {
    REDIS_SOCKET_BYTES,
    REDIS_SOCKET_NOTHING,
    REDIS_SOCKET_END,
    REDIS_SOCKET_ERROR,
};
enum redis_socket_news redis_socket_receive(
        struct redis_socket *socket, char *at, size_t room, size_t *size);

/* Until there is something to read, or to write when `writing`, or the time is over. */
void redis_socket_wait(const struct redis_socket *socket, int writing, int64_t wait_ms);

#endif
