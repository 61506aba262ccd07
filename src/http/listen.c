#include "http/listen.h"

#include "core/view.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 64

/* "127.0.0.1:8080", "[::1]:8080": the host is what stands before the last colon. */
static int
split(const char *address, char *host, char *port, size_t port_size)
{
    struct view all = view_of(address);
    const char *colon = all.size == 0 ? NULL : memrchr(all.at, ':', all.size);

    if (colon == NULL) {
        return 0;
    }
    struct view name = view_slice(all, 0, (size_t)(colon - all.at));
    if (name.size >= 2 && name.at[0] == '[' && name.at[name.size - 1] == ']') {
        name = view_slice(name, 1, name.size - 1);
    }
    uint64_t number;
    struct view digits = view_slice(all, (size_t)(colon - all.at) + 1, all.size);
    return name.size > 0 && view_to_u64(digits, &number) && number <= UINT16_MAX &&
           view_copy(name, host, LISTEN_HOST_SIZE) && view_copy(digits, port, port_size);
}

static int
is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        return ntohl(in.sin_addr.s_addr) >> 24 == 127;
    }
    struct sockaddr_in6 in;
    memcpy(&in, address, sizeof in);
    return IN6_IS_ADDR_LOOPBACK(&in.sin6_addr);
}

static int
bound_port(int socket, uint16_t *port)
{
    struct sockaddr_storage bound = { 0 };
    socklen_t size = sizeof bound;

    if (getsockname(socket, (struct sockaddr *)&bound, &size) != 0) {
        return 0;
    }
    if (bound.ss_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, &bound, sizeof in);
        *port = ntohs(in.sin_port);
    } else {
        struct sockaddr_in6 in;
        memcpy(&in, &bound, sizeof in);
        *port = ntohs(in.sin6_port);
    }
    return 1;
}

static int
bind_one(struct listen *listening, const struct addrinfo *info)
{
    int on = 1;

    listening->socket =
            socket(info->ai_family, info->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listening->socket < 0) {
        return 0;
    }
    /* A restart need not wait for the old connections' TIME_WAIT. */
    setsockopt(listening->socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listening->socket, info->ai_addr, info->ai_addrlen) == 0 &&
            listen(listening->socket, BACKLOG) == 0 &&
            bound_port(listening->socket, &listening->port)) {
        listening->loopback = is_loopback(info->ai_addr);
        return 1;
    }
    int failure = errno;
    close(listening->socket);
    errno = failure;
    return 0;
}

int
listen_open(struct listen *listening, const char *address, char *trouble)
{
    struct addrinfo *info = NULL;
    struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV
    };
    char port[8];

    if (!split(address, listening->host, port, sizeof port)) {
        snprintf(trouble, LISTEN_TROUBLE_SIZE,
                "\"%.80s\" is not an address and a port, such as 127.0.0.1:8080", address);
        return 0;
    }
    /* No name but this one is looked up: where a server listens should not depend on a resolver. */
    if (strcmp(listening->host, "localhost") == 0) {
        view_copy(VIEW("127.0.0.1"), listening->host, sizeof listening->host);
    }
    hints.ai_flags |= AI_NUMERICHOST;
    int failure = getaddrinfo(listening->host, port, &hints, &info);
    if (failure != 0) {
        snprintf(trouble, LISTEN_TROUBLE_SIZE, "\"%.80s\" is not a numeric address: %s", address,
                gai_strerror(failure));
        return 0;
    }
    int done = bind_one(listening, info);
    if (!done) {
        char reason[64];
        snprintf(trouble, LISTEN_TROUBLE_SIZE, "cannot listen on %.80s: %s", address,
                strerror_r(errno, reason, sizeof reason));
    }
    freeaddrinfo(info);
    return done;
}
