#include "ledger/link/socket.h"

#include "ledger/link/tls.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void
close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

void
redis_socket_close(struct redis_socket *socket)
{
    redis_tls_end(&socket->tls);
    close_fd(&socket->fd);
}

static int
poll_timeout(int64_t wait_ms)
{
    return wait_ms < 0 ? 0 : wait_ms > 60000 ? 60000 : (int)wait_ms;
}

void
redis_socket_wait(const struct redis_socket *socket, int writing, int64_t wait_ms)
{
    struct pollfd entry = { .fd = socket->fd, .events = POLLIN };

    if (writing || (socket->tls != NULL && redis_tls_must_write(socket->tls))) {
        entry.events |= POLLOUT;
    }
    /* A signal ends the wait early; the caller looks at its own clock. */
    (void)poll(&entry, 1, poll_timeout(wait_ms));
}

/* Starts connecting and waits for the end of it. 0 with errno on failure. */
static int
finish_connect(int fd, const struct sockaddr *to, socklen_t size, int64_t timeout_ms)
{
    if (connect(fd, to, size) == 0) {
        return 1;
    }
    if (errno != EINPROGRESS && errno != EINTR) {
        return 0;
    }
    struct pollfd entry = { .fd = fd, .events = POLLOUT };
    int ready;
    do {
        ready = poll(&entry, 1, poll_timeout(timeout_ms));
    } while (ready < 0 && errno == EINTR);
    if (ready <= 0) {
        errno = ready == 0 ? ETIMEDOUT : errno;
        return 0;
    }
    int error = 0;
    socklen_t error_size = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &error_size) != 0) {
        return 0;
    }
    errno = error;
    return error == 0;
}

/* -1 with errno on failure. */
static int
connect_to(const struct sockaddr *to, socklen_t size, int64_t timeout_ms)
{
    int on = 1;
    int fd = socket(to->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0) {
        return -1;
    }
    if (to->sa_family != AF_UNIX) {
        /* Small requests must not wait for company; a dead peer must be noticed in the end. */
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    }
    if (!finish_connect(fd, to, size, timeout_ms)) {
        int error = errno;
        close_fd(&fd);
        errno = error;
    }
    return fd;
}

static int
connect_unix(const struct ledger_server *server, int64_t timeout_ms)
{
    struct sockaddr_un to = { .sun_family = AF_UNIX };

    if (!view_copy(view_of(server->host), to.sun_path, sizeof to.sun_path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    const struct sockaddr *generic = (const void *)&to;
    return connect_to(generic, sizeof to, timeout_ms);
}

/* Tries every address of the name. */
static int
connect_tcp(const struct ledger_server *server, int64_t timeout_ms, const char **reason)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    struct addrinfo *found = NULL;
    int fd = -1;

    int status = getaddrinfo(server->host, server->port, &hints, &found);
    if (status != 0) {
        *reason = gai_strerror(status);
        return -1;
    }
    for (const struct addrinfo *at = found; at != NULL && fd < 0; at = at->ai_next) {
        fd = connect_to(at->ai_addr, at->ai_addrlen, timeout_ms);
    }
    int error = errno;
    freeaddrinfo(found);
    errno = error;
    return fd;
}

int
redis_socket_connect(struct redis_socket *socket,
        const struct ledger_address *address,
        const struct ledger_server *server,
        int64_t timeout_ms,
        char reason[160])
{
    const char *why = NULL;
    char text[80];

    socket->fd = address->place == LEDGER_UNIX ? connect_unix(server, timeout_ms)
                                               : connect_tcp(server, timeout_ms, &why);
    if (socket->fd < 0) {
        why = why != NULL ? why : strerror_r(errno, text, sizeof text);
        snprintf(reason, 160, "cannot connect to Redis at %.70s%s%s: %.45s", server->host,
                server->port[0] != '\0' ? ":" : "", server->port, why);
        return 0;
    }
    if (address->tls.on) {
        socket->tls = redis_tls_start(socket->fd, &address->tls, server->host, timeout_ms, reason);
    }
    if (address->tls.on && socket->tls == NULL) {
        redis_socket_close(socket);
        return 0;
    }
    return 1;
}

static int
send_open(int fd, struct view *rest)
{
    while (rest->size > 0) {
        ssize_t count = send(fd, rest->at, rest->size, MSG_NOSIGNAL);
        if (count > 0) {
            *rest = view_slice(*rest, (size_t)count, rest->size);
        } else if (errno == EAGAIN) {
            return 1;
        } else if (errno != EINTR) {
            return 0;
        }
    }
    return 1;
}

int
redis_socket_send(struct redis_socket *socket, struct view *rest)
{
    return socket->tls != NULL ? redis_tls_send(socket->tls, rest) : send_open(socket->fd, rest);
}

enum redis_socket_news
redis_socket_receive(struct redis_socket *socket, char *at, size_t room, size_t *size)
{
    while (socket->tls == NULL) {
        ssize_t count = recv(socket->fd, at, room, 0);
        if (count > 0) {
            *size = (size_t)count;
            return REDIS_SOCKET_BYTES;
        }
        if (count == 0) {
            return REDIS_SOCKET_END;
        }
        if (errno == EAGAIN) {
            return REDIS_SOCKET_NOTHING;
        }
        if (errno != EINTR) {
            return REDIS_SOCKET_ERROR;
        }
    }
    return redis_tls_receive(socket->tls, at, room, size);
}
