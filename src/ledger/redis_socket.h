/*
 * redis_socket: the few system calls a link needs, none of which blocks longer than it is told.
 *
 * Private to the Redis ledger. A descriptor is closed on exec and never raises SIGPIPE.
 */
#ifndef REBATO_LEDGER_REDIS_SOCKET_H
#define REBATO_LEDGER_REDIS_SOCKET_H

#include "core/view.h"
#include "ledger/ledger_url.h"

/* A connected descriptor, or -1 with the reason. `server` is a host and port, or a path. */
int redis_socket_connect(enum ledger_place place,
        const struct ledger_server *server,
        int64_t timeout_ms,
        char reason[160]);
/* Closes and sets to -1; harmless for -1. */
void redis_socket_close(int *fd);

/* Sends what the kernel takes and moves `rest` behind it. 0 on error, with errno. */
int redis_socket_send(int fd, struct view *rest);

enum redis_socket_news {
    REDIS_SOCKET_BYTES,
    REDIS_SOCKET_NOTHING,
    REDIS_SOCKET_END,
    REDIS_SOCKET_ERROR,
};
enum redis_socket_news redis_socket_receive(int fd, char *at, size_t room, size_t *size);

/* Until there is something to read, or to write when `writing`, or the time is over. */
void redis_socket_wait(int fd, int writing, int64_t wait_ms);

#endif
