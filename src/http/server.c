#include "http/server.h"

#include "http/listen.h"

#include <assert.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define HEAD_SIZE_MAX (8UL * 1024)
/* The library keeps a request's head and its reply's head in one pool; beyond it, it answers 431. */
#define POOL_SIZE       (HEAD_SIZE_MAX + 4UL * 1024)
#define CONNECTIONS_MAX 128
#define IDLE_SECONDS    10

struct http_server {
    /* Fixed before the thread starts. */
    struct MHD_Daemon *daemon;
    struct listen listening;
    const struct http_route *routes;
    size_t route_count;
    void *context;
};

/* ---- replies ---- */

static void
add_header(struct MHD_Response *response, const char *name, const char *value)
{
    enum MHD_Result added = MHD_add_response_header(response, name, value);
    assert(added == MHD_YES);
}

/* On every reply, errors too. */
static void
add_headers(struct MHD_Response *response, const char *content_type)
{
    add_header(response, "Content-Type", content_type);
    add_header(response, "Content-Security-Policy",
            "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    add_header(response, "X-Content-Type-Options", "nosniff");
    add_header(response, "Referrer-Policy", "no-referrer");
    add_header(response, "Cross-Origin-Resource-Policy", "same-origin");
    add_header(response, "Cache-Control", "no-store");
}

/* Takes over the reply's body. */
static enum MHD_Result
send_reply(struct MHD_Connection *connection, const struct http_reply *reply)
{
    struct MHD_Response *response =
            MHD_create_response_from_buffer_with_free_callback(reply->size, reply->body, free);

    if (response == NULL) {
        free(reply->body);
        return MHD_NO; /* out of memory: the connection is closed */
    }
    add_headers(response, reply->content_type);
    if (reply->status == MHD_HTTP_METHOD_NOT_ALLOWED) {
        add_header(response, "Allow", "GET, HEAD");
    }
    enum MHD_Result queued = MHD_queue_response(connection, reply->status, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result
send_error(struct MHD_Connection *connection, unsigned status, const char *text)
{
    struct http_reply reply = {
        .status = status,
        .content_type = "text/plain; charset=utf-8",
        .body = strdup(text),
        .size = strlen(text),
    };

    return reply.body == NULL ? MHD_NO : send_reply(connection, &reply);
}

/* ---- requests ---- */

/* The name of a Host header: without the port, without the brackets of an IPv6 address. */
static struct view
host_name(struct view host)
{
    const char *end = NULL;

    if (host.size > 0 && host.at[0] == '[') {
        end = memchr(host.at, ']', host.size);
        return end == NULL ? host : view_slice(host, 1, (size_t)(end - host.at));
    }
    end = host.size == 0 ? NULL : memchr(host.at, ':', host.size);
    return end == NULL ? host : view_slice(host, 0, (size_t)(end - host.at));
}

static int
is_our_host(const struct http_server *server, struct MHD_Connection *connection)
{
    struct view name = host_name(view_of(
            MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST)));

    /* Reached from outside, a server has names that it cannot know. */
    return !server->listening.loopback || view_equal_caseless(name, VIEW("localhost")) ||
           view_equal(name, VIEW("127.0.0.1")) || view_equal(name, VIEW("::1")) ||
           view_equal(name, view_of(server->listening.host));
}

static int
is_too_large(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

    return info != NULL && info->header_size > HEAD_SIZE_MAX;
}

static int
fits(const struct http_route *route, struct view path, struct view *rest)
{
    struct view pattern = view_of(route->path);

    if (pattern.size > 0 && pattern.at[pattern.size - 1] == '*') {
        pattern.size--;
        *rest = view_starts(path, pattern) ? view_slice(path, pattern.size, path.size)
                                           : (struct view){ 0 };
        return view_starts(path, pattern);
    }
    *rest = (struct view){ 0 };
    return view_equal(path, pattern);
}

static enum MHD_Result
serve(const struct http_server *server, struct MHD_Connection *connection, struct view path)
{
    for (size_t i = 0; i < server->route_count; i++) {
        struct http_reply reply = { .status = 0 };
        struct view rest;
        if (!fits(&server->routes[i], path, &rest)) {
            continue;
        }
        server->routes[i].handle(server->context, rest, &reply);
        assert(reply.status >= 200 && reply.content_type != NULL);
        assert(reply.body != NULL || reply.size == 0);
        return send_reply(connection, &reply);
    }
    return send_error(connection, MHD_HTTP_NOT_FOUND, "not found\n");
}

/* The library's callback; its seven arguments are not ours to choose. */
static enum MHD_Result
// NOLINTNEXTLINE(readability-function-size)
on_request(void *state,
        struct MHD_Connection *connection,
        const char *url,
        const char *method,
        const char *version,
        const char *upload,
        size_t *upload_size, // NOLINT(readability-non-const-parameter)
        void **request)
{
    const struct http_server *server = state;

    (void)version;
    (void)upload;
    (void)upload_size;
    (void)request;
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0) {
        return send_error(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD\n");
    }
    if (is_too_large(connection)) {
        return send_error(connection, MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE, "head too large\n");
    }
    if (!is_our_host(server, connection)) {
        return send_error(connection, MHD_HTTP_FORBIDDEN,
                "this server listens on loopback and answers to loopback names only\n");
    }
    return serve(server, connection, view_of(url));
}

/* Clients that speak nonsense are no news. */
static void
be_quiet(void *state, const char *format, va_list values)
{
    (void)state;
    (void)format;
    (void)values;
}

/* ---- life ---- */

/* The new thread inherits the mask, so that signals find only the main thread. */
static struct MHD_Daemon *
start_daemon(struct http_server *server)
{
    sigset_t all;
    sigset_t before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    struct MHD_Daemon *daemon = MHD_start_daemon(
            MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_ERROR_LOG, 0, NULL, NULL,
            on_request, server, MHD_OPTION_EXTERNAL_LOGGER, be_quiet, NULL,
            MHD_OPTION_LISTEN_SOCKET, server->listening.socket, MHD_OPTION_CONNECTION_LIMIT,
            (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_SIZE, MHD_OPTION_END);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return daemon;
}

struct http_server *
http_server_start(const char *listen,
        const struct http_route *routes,
        size_t route_count,
        void *context,
        char trouble[160])
{
    struct http_server *server = calloc(1, sizeof *server);

    assert(server != NULL);
    trouble[0] = '\0';
    server->routes = routes;
    server->route_count = route_count;
    server->context = context;
    if (!listen_open(&server->listening, listen, trouble)) {
        free(server);
        return NULL;
    }
    server->daemon = start_daemon(server);
    if (server->daemon == NULL) {
        /* Whether the library closed the socket is not documented; closing it twice would be worse
         * than keeping it until the process ends, which it does when its server cannot start. */
        snprintf(trouble, LISTEN_TROUBLE_SIZE, "cannot start the server on %.80s", listen);
        free(server);
        return NULL;
    }
    return server;
}

void
http_server_stop(struct http_server **server)
{
    if (*server == NULL) {
        return;
    }
    MHD_stop_daemon((*server)->daemon); /* waits for its thread; closes the socket */
    free(*server);
    *server = NULL;
}

uint16_t
http_server_port(const struct http_server *server)
{
    return server->listening.port;
}
