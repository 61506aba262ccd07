/*
 * listen: an address a person wrote, as a socket that listens. Bound here and not by the HTTP library,
 * because "port 8080 is taken" is an answer and "failed" is not.
 *
 * Inside this folder only.
 */
#ifndef REBATO_HTTP_LISTEN_H
#define REBATO_HTTP_LISTEN_H

#include <stdint.h>

#define LISTEN_HOST_SIZE    64
#define LISTEN_TROUBLE_SIZE 160

struct listen {
    int socket;
    uint16_t port; /* the real one, also when 0 was asked for */
    int loopback;
    char host[LISTEN_HOST_SIZE]; /* as written, without brackets */
};

/* False and `trouble` when it cannot. */
int listen_open(struct listen *listen, const char *address, char *trouble);

#endif
